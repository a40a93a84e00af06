internal import Torch

extension [String: Tensor] {
    /// A parameter of one element.
    ///
    /// - Throws: ``ObjectiveError/missingParameter(_:available:)``; ``ObjectiveError/shape(_:found:expected:)``.
    func scalar(_ name: String) throws -> Tensor {
        guard let parameter = self[name] else {
            throw ObjectiveError.missingParameter(name, available: Array(keys))
        }
        guard parameter.count == 1 else {
            throw ObjectiveError.shape(name, found: parameter.shape, expected: "one element")
        }
        return parameter
    }
}
