/// A model configuration that cannot be built.
public enum ModelConfigurationError: Error, Equatable, CustomStringConvertible {
    /// The system cannot read the file, with its own reason.
    case unreadable(path: String, reason: String)
    /// The text is not a JSON object.
    case notJSON(String)
    /// A key that the model needs is missing.
    case missing(String)
    /// A value of another type than the key takes.
    case type(key: String, found: String, expected: String)
    /// A feature that these towers do not have.
    case unsupported(key: String, value: String)
    /// A number that cannot be.
    case value(key: String, found: String, expected: String)
    /// A path at which there is no file.
    case noFile(String)
    /// A file of weights in place of a configuration; `kind` names it, with what to do.
    case foreignFile(path: String, kind: String)
    /// No configuration of this name.
    case unknown(String, nearest: [String])

    /// What was found, and what was expected.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read the model configuration '\(path)': \(reason)"
        case .notJSON(let reason): "the model configuration is not a JSON object: \(reason)"
        case .missing(let key): "the model configuration has no '\(key)'"
        case .type(let key, let found, let expected):
            "'\(key)' in the model configuration is \(found), expected \(expected)"
        case .unsupported(let key, let value):
            "the model configuration asks for '\(key)': \(value), which these towers do not have"
        case .value(let key, let found, let expected):
            "'\(key)' in the model configuration is \(found), expected \(expected)"
        case .noFile(let path):
            "there is no model configuration '\(path)'; expected a JSON file, or a name of 'clip model list'"
        case .foreignFile(let path, let kind): "'\(path)' is \(kind)"
        case .unknown(let name, let nearest):
            "no model configuration named '\(name)'"
                + (nearest.isEmpty ? "; " : "; did you mean \(nearest.joined(separator: ", "))? ")
                + "'clip model list' lists them, and a path to a JSON file works too"
        }
    }
}
