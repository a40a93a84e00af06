internal import CTorch

/// Steps of learning directions, fused for the CPU; everything is float32 and contiguous.
public enum PrototypeKernels {
    /// Turns the products `e_i · w_j` of anchors and rows, `[b, m]`, into the pulls of the anchors, in place.
    ///
    /// With the logits `z_ij = (e_i · w_j / ‖w_j‖ - similarity_i) scale_i` and `a_i = ln(ε + Σ_j exp(z_ij) / m)` the
    /// pull is `weight_i (1 - exp(min(target_i - a_i, limit))) exp(z_ij - a_i) / m`.
    ///
    /// - Parameters:
    ///   - inverseNorms: `1 / ‖w_j‖`, `[m]`.
    ///   - similarity, scale, target, weight: `[b]` each.
    ///   - logEpsilon: ln ε.
    ///   - logRatioLimit: The limit.
    public static func normalizerPulls(
        _ products: Tensor,
        inverseNorms: Tensor,
        similarity: Tensor,
        scale: Tensor,
        target: Tensor,
        weight: Tensor,
        logEpsilon: Double,
        logRatioLimit: Double
    ) throws {
        try check("normalizerPulls(\(products.summary), \(inverseNorms.summary))") {
            ct_normalizer_pulls_(
                products.handle,
                inverseNorms.handle,
                similarity.handle,
                scale.handle,
                target.handle,
                weight.handle,
                logEpsilon,
                logRatioLimit,
                $0
            )
        }
    }

    /// One AdaGrad step on rows `[m, D]` of which only the directions count, in place.
    ///
    /// With the pulls `p`, `g = (p - (p · ŵ) ŵ) / ‖w‖`, `accumulator += g²`, `w -= rate g / (√accumulator + ε)`. A row
    /// whose pull is no number stays.
    ///
    /// - Parameter inverseNorms: Gets `1 / ‖w‖` of the new rows, `[m]`.
    public static func adagradDirections(
        _ rows: Tensor,
        accumulator: Tensor,
        pulls: Tensor,
        inverseNorms: Tensor,
        rate: Double,
        epsilon: Double
    ) throws {
        try check("adagradDirections(\(rows.summary), \(pulls.summary))") {
            ct_adagrad_directions_(
                rows.handle,
                accumulator.handle,
                pulls.handle,
                inverseNorms.handle,
                rate,
                epsilon,
                $0
            )
        }
    }
}
