/// Letters, numbers and blanks as the expressions of byte-level tokenizers tell them apart.
///
/// They are `\p{L}`, `\p{N}` and `\s` of Unicode 16, which is what Oniguruma in `tokenizers` 0.23 and the engine of
/// `NSRegularExpression` know; Swift's own tables are newer.
enum PieceKinds {
    typealias Kind = ScalarClasses.Kind

    /// The kind of the character at `index` and its length in bytes.
    @inline(__always)
    static func kind(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (kind: Kind, length: Int) {
        let byte = bytes[index]
        if byte < 0x80 { return (ScalarClasses.ascii(byte), 1) }
        let (code, length) = UTF8Bytes.scalar(bytes, at: index)
        return (code < 0x10000 ? basicPlane[Int(code)] : computed(code), length)
    }

    /// Whether the character at `index` is a number of current Unicode (Nd, Nl, No), as the step Digits asks, and its length in
    /// bytes.
    @inline(__always)
    static func numeric(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (isNumeric: Bool, length: Int)
    {
        let byte = bytes[index]
        if byte < 0x80 { return (byte >= 0x30 && byte <= 0x39, 1) }
        let (code, length) = UTF8Bytes.scalar(bytes, at: index)
        switch Unicode.Scalar(code)?.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: return (true, length)
        default: return (false, length)
        }
    }

    private static let basicPlane: [Kind] = (0..<0x10000).map { computed($0) }

    private static func computed(_ code: UInt32) -> Kind {
        guard let scalar = Unicode.Scalar(code) else { return .other }
        let properties = scalar.properties
        if let age = properties.age, age.major > 16 { return .other }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return properties.isWhitespace ? .space : .other
        }
    }
}
