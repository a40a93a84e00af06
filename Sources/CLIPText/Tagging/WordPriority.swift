/// How soon a word is kept where a text has too many (CLIPA, Li et al. 2023).
public enum WordPriority: UInt8, Sendable, Comparable, CaseIterable {
    /// Nouns, and names.
    case noun = 1
    /// Adjectives.
    case adjective
    /// Verbs, with all forms of be, have and do.
    case verb
    /// All else.
    case other

    /// Whether words of the first are kept sooner.
    public static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }

    /// The priority of a universal tag; nil for auxiliaries, among which the word decides.
    init?(ofTag tag: String) {
        switch tag {
        case "NOUN", "PROPN": self = .noun
        case "ADJ": self = .adjective
        case "VERB": self = .verb
        case "AUX": return nil
        default: self = .other
        }
    }

    /// The priority of a lowercased auxiliary: modal verbs are not kept like other verbs, as in the Penn tags that
    /// CLIPA reads.
    init(ofAuxiliary word: [UInt32]) { self = Self.plainVerbs.contains(word) ? .verb : .other }

    private static let plainVerbs = Set(
        [
            "be", "am", "is", "are", "was", "were", "been", "being", "'m", "'s", "'re", "’m", "’s", "’re",
            "ai",
            "have", "has", "had", "having", "'ve", "’ve", "do", "does", "did", "done", "doing",
        ].map { $0.unicodeScalars.map(\.value) }
    )
}
