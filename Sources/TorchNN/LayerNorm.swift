public import Torch

/// Layer normalisation over the last dimension: `(x − mean) / √(variance + ε) · weight + bias`.
public struct LayerNorm {
    /// `[W]` each.
    public let weight, bias: Tensor
    /// Added to the variance.
    public let epsilon: Double

    /// Asks for `weight` (ones) and `bias` (zeros) under the path.
    public init(_ path: ParameterPath, width: Int, epsilon: Double = 1e-5) throws {
        weight = try path.parameter("weight", shape: [width], .ones)
        bias = try path.parameter("bias", shape: [width], .zeros)
        self.epsilon = epsilon
    }

    /// `[…, W] → […, W]` in `dtype` (the input's own when nil).
    public func callAsFunction(_ input: Tensor, dtype: DType? = nil) throws -> Tensor {
        try adding(nil, to: input, dtype: dtype).normalized
    }

    /// `sum = residual + branch` and its normalisation in `dtype`: one pass on the CPU, two operators elsewhere.
    public func adding(
        _ branch: Tensor?,
        to residual: Tensor,
        dtype: DType? = nil
    ) throws -> (sum: Tensor, normalized: Tensor) {
        let dtype = dtype ?? residual.dtype
        if residual.device == .cpu, residual.dtype == .float32, weight.dtype == .float32,
            dtype == .float32 || dtype == .bfloat16
        {
            return try residual.addLayerNorm(
                branch,
                weight: weight,
                bias: bias,
                epsilon: epsilon,
                dtype: dtype
            )
        }
        let sum = try branch.map { try residual + $0 } ?? residual
        let normalized = try sum.to(weight.dtype).layerNorm(weight, bias, epsilon: epsilon)
        return (sum, try normalized.to(dtype))
    }
}
