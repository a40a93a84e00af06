import Torch

/// How a parameter's first values are drawn.
public enum Initializer: Sendable, Equatable {
    /// Every element this value.
    case constant(Double)
    /// Normal with mean 0.
    case normal(deviation: Double)
    /// Uniform in ±bound.
    case uniform(bound: Double)
    /// Uniform in ±√(6 / (fan-in + fan-out)) for a matrix `[out, in]`.
    case xavierUniform
    /// Uniform in ±1/√fan-in, as linear layers and convolutions start in PyTorch.
    case linearUniform(fanIn: Int)
    /// These values, row after row.
    case values([Float])

    /// All zeros.
    public static let zeros = Initializer.constant(0)
    /// All ones.
    public static let ones = Initializer.constant(1)

    func fill(_ tensor: Tensor, generator: RandomGenerator) throws {
        switch self {
        case .constant(let value): try tensor.fill(value)
        case .normal(let deviation): try generator.fillNormal(tensor, deviation: deviation)
        case .uniform(let bound): try generator.fillUniform(tensor, in: -bound..<bound)
        case .values(let values): try tensor.copy(from: Tensor(values, shape: tensor.shape))
        case .xavierUniform:
            let bound = (6 / Double(tensor.size(0) + tensor.size(1))).squareRoot()
            try generator.fillUniform(tensor, in: -bound..<bound)
        case .linearUniform(let fanIn):
            let bound = 1 / Double(fanIn).squareRoot()
            try generator.fillUniform(tensor, in: -bound..<bound)
        }
    }
}
