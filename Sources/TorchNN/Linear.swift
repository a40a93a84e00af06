public import Torch

/// An affine map of the last dimension: `x · Wᵀ + b`.
///
/// Computes in the type of its input, whatever the type of its parameters.
public struct Linear {
    /// `[out, in]`
    public let weight: Tensor
    /// `[out]`
    public let bias: Tensor?

    /// Creates a layer from its parameters.
    public init(weight: Tensor, bias: Tensor?) {
        self.weight = weight
        self.bias = bias
    }

    /// `[…, in] → […, out]`
    public func callAsFunction(_ input: Tensor) throws -> Tensor { try input.linear(weight, bias) }
}
