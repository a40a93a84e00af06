/// A model and the parameters that it was given do not fit.
public enum ParameterError: Error, Equatable, CustomStringConvertible {
    /// Two layers asked for the same name.
    case duplicate(String)
    /// The given tensors lack a name.
    case missing(String, expected: [Int])
    /// A given tensor has another shape.
    case shape(String, found: [Int], expected: [Int])
    /// The given tensors have names that no layer asked for.
    case unused([String])

    /// What was found, and what was expected.
    public var description: String {
        switch self {
        case .duplicate(let name):
            "two layers ask for a parameter named '\(name)'"
        case .missing(let name, let shape):
            "the checkpoint has no '\(name)' (expected shape \(shape)); is it a checkpoint of another model?"
        case .shape(let name, let found, let expected):
            "'\(name)' has shape \(found) in the checkpoint, and this model needs \(expected)"
        case .unused(let names):
            "the checkpoint holds \(names.count) tensors that this model does not have: "
                + names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
        }
    }
}
