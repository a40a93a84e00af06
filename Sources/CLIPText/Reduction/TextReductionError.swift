/// Why texts cannot be reduced.
public enum TextReductionError: Error, Equatable, CustomStringConvertible {
    /// A budget that leaves no id of a text.
    case budget(found: Int, least: Int)
    /// A reduction by parts of speech without a tagger.
    case noTagger(TextReduction)

    /// What was found, what was expected and what to do.
    public var description: String {
        switch self {
        case .budget(let found, let least):
            "a budget of \(found) tokens leaves no room for text: expected at least \(least), start and end included"
        case .noTagger(let reduction):
            "the reduction `\(reduction.rawValue)` needs a tagger: `scripts/models tagger` fetches one"
        }
    }
}
