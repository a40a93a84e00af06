/// How text is cleaned before it is split into tokens; the names are open_clip's.
///
/// Every mode first repairs the text (as `ftfy.fix_text` does) and resolves HTML entities twice.
public enum TextCleaning: String, Sendable, CaseIterable, Codable {
    /// White space collapsed to single spaces, then everything in small letters.
    case lower
    /// White space collapsed to single spaces; capitals are kept.
    case whitespace
    /// `_` to space, ASCII punctuation removed, small letters, white space collapsed (SigLIP's rule).
    case canonicalize
}
