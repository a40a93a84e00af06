/// Which tokens of a text stay where it has more than the budget allows (CLIPA, Li et al. 2023).
public enum TextReduction: String, Sendable, CaseIterable {
    /// The first ones.
    case truncate
    /// Some, drawn without replacement, in their order.
    case random
    /// Some, drawn without replacement, in random order.
    case shuffle
    /// Some that follow each other, from a random start.
    case block
    /// Words by their part of speech in the text, as a tagger says: nouns first, then adjectives, then verbs.
    case syntax
    /// Words by the part of speech of their first token, which a table gives for each entry of the vocabulary.
    case syntaxTable

    /// Whether parts of speech decide.
    public var needsTagger: Bool { self == .syntax || self == .syntaxTable }

    /// Whether chance decides.
    public var draws: Bool { self == .random || self == .shuffle || self == .block }
}
