/// The expressions by which most byte-level tokenizers cut text, known by their spelling so that they can be scanned fast.
enum WordPattern: Sendable, Hashable {
    /// GPT-2's, which the step ByteLevel brings.
    case gpt2
    /// Llama 3's with up to three digits in a piece, Qwen2's with one.
    case numbered(digits: Int)

    /// The expression that a file spells; nil for others.
    init?(expression: String) {
        switch expression {
        case Self.gpt2.expression: self = .gpt2
        case Self.numbered(digits: 3).expression: self = .numbered(digits: 3)
        case Self.numbered(digits: 1).expression: self = .numbered(digits: 1)
        default: return nil
        }
    }

    /// The expression.
    var expression: String {
        switch self {
        case .gpt2: #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
        case .numbered(let digits):
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"#
                + (digits == 1 ? "" : "{1,\(digits)}")
                + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        }
    }
}
