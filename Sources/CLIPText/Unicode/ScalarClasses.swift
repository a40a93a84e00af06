/// The classes of characters that splitting and cleaning ask for.
enum ScalarClasses {
    /// What CLIP's pattern tells apart.
    enum Kind: UInt8 {
        case other, letter, number, space
    }

    @inline(__always)
    static func ascii(_ byte: UInt8) -> Kind {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A: .letter
        case 0x30...0x39: .number
        case 0x20, 0x09...0x0D: .space
        default: .other
        }
    }

    static func kind(_ code: UInt32) -> Kind {
        code < 0x10000 ? basicPlane[Int(code)] : computed(code)
    }

    /// What Python's `str.split()` and `str.strip()` take for white space.
    static func isPythonSpace(_ code: UInt32) -> Bool {
        switch code {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
            0x3000:
            true
        default: false
        }
    }

    static func isDecimalDigit(_ code: UInt32) -> Bool {
        Unicode.Scalar(code)?.properties.generalCategory == .decimalNumber
    }

    private static let basicPlane: [Kind] = (0..<0x10000).map { computed($0) }

    private static func computed(_ code: UInt32) -> Kind {
        // Ignoring case, U+0345 is an iota, so the pattern's classes pass over it: it only separates.
        if code == 0x345 { return .space }
        guard let scalar = Unicode.Scalar(code) else { return .other }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default:
            // The pattern's \s leaves out the four separators U+001C to U+001F.
            return isPythonSpace(code) && !(0x1C...0x1F).contains(code) ? .space : .other
        }
    }
}

extension ScalarClasses {
    /// Python's `string.punctuation`: every printable ASCII character that is no letter, digit or space.
    static func isPunctuation(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && ascii(byte) == .other
    }
}
