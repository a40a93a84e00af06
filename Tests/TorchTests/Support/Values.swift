import Testing
import Torch

/// Normally distributed values that depend on the seed alone.
func normal(_ shape: [Int], seed: UInt64, dtype: DType = .float32, scale: Double = 1) throws -> Tensor {
    let tensor = try Tensor.empty(shape, dtype: dtype == .float64 ? .float64 : .float32)
    try RandomGenerator(seed: seed).fillNormal(tensor, deviation: scale)
    return try tensor.to(dtype)
}

/// The largest difference between elements; NaN where one is NaN, infinite where shapes differ.
func distance(_ lhs: Tensor, _ rhs: Tensor) throws -> Double {
    guard lhs.shape == rhs.shape else { return .infinity }
    guard lhs.count > 0 else { return 0 }
    return try withoutGradient { try (lhs.to(.float64) - rhs.to(.float64)).abs().maximum().item() }
}

/// The largest difference, measured in units of the largest element of `rhs`.
func relativeDistance(_ lhs: Tensor, to rhs: Tensor) throws -> Double {
    guard rhs.count > 0 else { return try distance(lhs, rhs) }
    let size = try withoutGradient { try rhs.to(.float64).abs().maximum().item() }
    return try distance(lhs, rhs) / max(size, 1e-30)
}

/// Outputs of `body` on copies of the inputs, and the inputs' gradients for fixed random output gradients.
func differentiate(
    _ inputs: [Tensor],
    seed: UInt64 = 99,
    _ body: ([Tensor]) throws -> [Tensor]
) throws -> (outputs: [Tensor], gradients: [Tensor]) {
    let leaves = try inputs.map { try $0.detached().cloned() }
    for leaf in leaves { try leaf.setRequiresGradient(true) }
    let outputs = try body(leaves)
    try backward(
        outputs.enumerated().map { index, output in
            (output, try normal(output.shape, seed: seed + UInt64(index)).to(output.dtype))
        }
    )
    return (try outputs.map { try $0.detached() }, try leaves.map { try #require($0.gradient) })
}
