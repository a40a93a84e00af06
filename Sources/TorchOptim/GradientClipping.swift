public import Torch

/// Bounds on gradients that are computed where the gradients lie, without waiting for them.
public enum GradientClipping {
    /// The 2-norm of all gradients together: float32, rank 0. It is infinite or NaN when one of them is, or when
    /// the sum of squares exceeds float32.
    public static func norm(_ gradients: [Tensor]) throws -> Tensor { try TensorLists.globalNorm(gradients) }

    /// What every gradient is to be divided by, so that the norm is at most `maximum`: max(norm / maximum, 1).
    public static func divisor(norm: Tensor, maximum: Double) throws -> Tensor {
        guard maximum > 0 else {
            throw OptimizerError.setting("the largest gradient norm", found: maximum, expected: "above 0")
        }
        return try (norm / maximum).clamped(to: 1...Double.infinity)
    }

    /// 1 when the norm is infinite or NaN, otherwise 0: what an optimiser's `skip` wants.
    public static func skip(unlessFinite norm: Tensor) throws -> Tensor {
        try norm.isFinite().not().to(.float32)
    }
}
