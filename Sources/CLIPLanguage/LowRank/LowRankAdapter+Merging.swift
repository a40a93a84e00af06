public import Torch

extension LowRankAdapter {
    /// The weight of a projection with the change in it, `W + scale · B·A`: computed in float32 and rounded once to the weight's type.
    ///
    /// The weight itself stays as it is: keeping it is the way back, as a subtraction would not give it again to the last bit.
    ///
    /// - Parameters:
    ///   - weight: `[out, in]`
    ///   - name: The projection, `model.layers.0.self_attn.q_proj`.
    /// - Returns: The same tensor where the adapter does not change the projection.
    public func merged(_ weight: Tensor, of name: String) throws -> Tensor {
        guard let pair = pairs[name] else { return weight }
        let shape = [pair.up.size(0), pair.down.size(1)]
        guard weight.shape == shape else {
            throw LowRankError(
                "",
                .shape(key: "\(name).weight", found: weight.shape, expected: shape, base: nil)
            )
        }
        return try withoutGradient {
            let down = try pair.down.to(.float32, on: weight.device)
            let up = try pair.up.to(.float32, on: weight.device)
            return try weight.to(.float32).addingProduct(up, down, alpha: options.scale).to(weight.dtype)
        }
    }
}
