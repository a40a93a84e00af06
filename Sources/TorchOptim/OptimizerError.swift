/// An optimiser and what it was given do not fit.
public enum OptimizerError: Error, Equatable, CustomStringConvertible {
    /// A saved state lacks a tensor.
    case missing(String)
    /// A saved tensor has another shape than the parameter.
    case shape(String, found: [Int], expected: [Int])
    /// A saved state has tensors of parameters that are not trained here.
    case unused([String])
    /// A setting lies outside of its range.
    case setting(String, found: Double, expected: String)

    /// What was found, and what was expected.
    public var description: String {
        switch self {
        case .missing(let name):
            "the saved state has no '\(name)'; does it belong to another model or optimizer?"
        case .shape(let name, let found, let expected):
            "the saved '\(name)' has shape \(found), and this model needs \(expected)"
        case .unused(let names):
            "the saved state holds \(names.count) tensors of parameters that are not trained here: "
                + names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
        case .setting(let name, let found, let expected): "\(name) is \(found); it must be \(expected)"
        }
    }
}
