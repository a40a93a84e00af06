/// How text is cleaned before it is split into tokens; the names are open_clip's.
///
/// Every mode first repairs the text (as `ftfy.fix_text` does) and resolves HTML entities twice.
public enum TextCleaning: String, Sendable, CaseIterable, Codable {
    /// White space collapsed to single spaces, then everything lowercased.
    case lower
    /// White space collapsed to single spaces; capitals are kept.
    case whitespace
    /// `_` to space, ASCII punctuation removed, lowercased, white space collapsed (SigLIP's rule).
    case canonicalize
}
