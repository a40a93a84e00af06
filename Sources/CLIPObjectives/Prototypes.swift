internal import Foundation
public import Torch

/// The prototypes of one side, `[m, D]`, with AdaGrad's accumulators. Rows may have any length but zero; only their
/// directions count.
public final class Prototypes {
    /// `W`, `[m, D]`.
    public let rows: Tensor
    /// Sums of squared gradients, `[m, D]`.
    public let accumulator: Tensor

    /// Starts from embeddings.
    convenience init(_ embeddings: Tensor) throws {
        let (shape, dtype, device) = (embeddings.shape, embeddings.dtype, embeddings.device)
        self.init(
            rows: try Tensor.ones(shape, dtype: dtype, on: device),
            accumulator: try Tensor.zeros(shape, dtype: dtype, on: device)
        )
        try restart(from: embeddings, resetsAccumulators: true)
    }

    init(rows: Tensor, accumulator: Tensor) {
        self.rows = rows
        self.accumulator = accumulator
    }

    /// Overwrites the prototypes, except by what is no number.
    func restart(from embeddings: Tensor, resetsAccumulators: Bool) throws {
        let isGood = try embeddings.sum(dims: [1], keepDims: true).isFinite()
        try rows.copy(from: isGood.select(embeddings, rows))
        if resetsAccumulators { try accumulator.fill(0) }
    }

    /// What the network says about some anchors.
    struct Prediction {
        /// `α`, `[b]`.
        let logNormalizer: Tensor
        /// `q_ij = exp((c_ij - s_i) / τ - α_i) / m`, `[b, m]`.
        let weights: Tensor
        /// `c_ij`: cosines, `[b, m]`.
        let cosines: Tensor
        /// Prototypes of unit length, `[m, D]`.
        let directions: Tensor
        /// `s`, `[b]`, and 1/τ, `[b]` or `[1]`.
        let similarity, scale: Tensor
    }

    /// `α_i = ln(ε + 1/m Σ_j exp((c_ij - s_i) / τ))`
    ///
    /// - Parameters:
    ///   - anchors: Unit-length features `[b, D]`.
    ///   - similarity: `s`, `[b]`.
    ///   - scale: 1/τ, `[b]` or `[1]`.
    func predict(anchors: Tensor, similarity: Tensor, scale: Tensor, epsilon: Double) throws -> Prediction {
        let directions = try rows.normalized()
        let cosines = try anchors.matmul(directions.transposed())
        let logits = try (cosines - similarity.unsqueezed(1)) * scale.unsqueezed(1)
        let logCount = Foundation.log(Double(rows.size(0)))
        let alpha = try (logits.logSumExp(dims: [1]) - logCount).logAddExp(epsilon: epsilon)
        let weights = try logits - (alpha + logCount).unsqueezed(1)
        try weights.exponentiate()
        return Prediction(
            logNormalizer: alpha,
            weights: weights,
            cosines: cosines,
            directions: directions,
            similarity: similarity,
            scale: scale
        )
    }

    /// The gradient of `1/B Σ_i exp(-α_i) (ε + g_i) + α_i - 1` for the rows, `[m, D]`:
    /// `dL/dW_j = 1/B Σ_i c_i q_ij / τ (e_i - cos_ij Ŵ_j) / ‖W_j‖` with `c_i = 1 - exp(ln(ε + g_i) - α_i)`.
    func gradient(on batch: PrototypeBatch, epsilon: Double, logRatioLimit: Double) throws -> Tensor {
        let prediction = try predict(
            anchors: batch.anchors,
            similarity: batch.similarity,
            scale: batch.scale,
            epsilon: epsilon
        )
        let seen = try batch.logMean.logAddExp(epsilon: epsilon)
        let target = try batch.isAlone.select(prediction.logNormalizer, seen)
        let logRatio = try (target - prediction.logNormalizer).clamped(to: -Double.infinity...logRatioLimit)
        let slope = try 1 - logRatio.exp()
        let share = 1 / Double(batch.anchors.size(0))
        let pulls = try prediction.weights * (slope * batch.scale * share).unsqueezed(1)
        let along = try (pulls * prediction.cosines).sum(dims: [0]).unsqueezed(1)
        let tangent = try pulls.transposed().matmul(batch.anchors) - along * prediction.directions
        return try tangent / rows.norm(dims: [1], keepDims: true)
    }
}

extension Prototypes.Prediction {
    /// How the prediction depends on the anchors, given the slope of the loss over it, `[b]`.
    func flow(slope: Tensor) throws -> NormalizerFlow {
        let mass = try weights.sum(dims: [1])
        let logits = try (cosines - similarity.unsqueezed(1)) * scale.unsqueezed(1)
        return NormalizerFlow(
            pull: try weights.matmul(directions) * slope.unsqueezed(1),
            mass: try slope * mass,
            spread: try slope * (weights * logits).sum(dims: [1])
        )
    }
}
