/// The classes of characters in BERT's uncased tokenizer.
///
/// Hugging Face's package, whose ids are the reference, has categories of Unicode 8: characters that are younger than it are
/// in no class, so they are kept and part of words.
enum BertCharacters {
    /// What becomes of a character.
    struct Classes: OptionSet {
        let rawValue: UInt8

        /// Taken out before anything else: controls, formats, private use.
        static let dropped = Classes(rawValue: 1)
        /// Separates words.
        static let space = Classes(rawValue: 2)
        /// A word of its own: an ideograph.
        static let ideograph = Classes(rawValue: 4)
        /// Taken out after decomposition.
        static let mark = Classes(rawValue: 8)
        /// A word of its own.
        static let punctuation = Classes(rawValue: 16)
    }

    static func classes(_ code: UInt32) -> Classes {
        code < 0x10000 ? basicPlane[Int(code)] : computed(code)
    }

    private static let basicPlane: [Classes] = (0..<0x10000).map { computed($0) }

    private static func computed(_ code: UInt32) -> Classes {
        switch code {
        case 0x09, 0x0A, 0x0D: return .space
        case 0, 0xFFFD: return .dropped
        // What these were in Unicode 8.
        case 0x166D, 0x111C9: return .punctuation
        case 0x1734, 0x1171E: return .mark
        case 0x1885, 0x1886, 0xA9BD: return []
        default: break
        }
        if isIdeograph(code) { return .ideograph }
        guard let properties = Unicode.Scalar(code)?.properties, let age = properties.age, age.major <= 8
        else { return [] }
        switch properties.generalCategory {
        case .control, .format, .privateUse: return .dropped
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: return .space
        case .nonspacingMark: return .mark
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return .punctuation
        default:
            return code < 0x80 && ScalarClasses.isPunctuation(UInt8(code)) ? .punctuation : []
        }
    }

    /// The blocks that count; the sixth begins 256 characters late, as it does in the reference.
    private static func isIdeograph(_ code: UInt32) -> Bool {
        switch code {
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F,
            0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
