internal import Torch

/// One side's anchors on this rank with their normalizers and what these weigh.
struct PairSide {
    let statistics: AnchorStatistics
    let estimate: NormalizerEstimate
    /// 1/τ, `[b]` or `[1]`.
    let scale: Tensor
    /// How much the side's losses count.
    let weight: Double
    /// `λ_i = z_ii + ν_i + ln N_i`, `[b]`.
    let denominators: Tensor
    /// The leading factor `f` of each anchor's weights, `[b]` or `[1]`.
    let factor: Tensor

    /// - Parameters:
    ///   - share: What each anchor's loss counts in the mean over the batch.
    ///   - isMultiplied: Whether the loss is multiplied by τ.
    init(
        _ statistics: AnchorStatistics,
        _ estimate: NormalizerEstimate,
        scale: Tensor,
        weight: Double,
        share: Double,
        isMultiplied: Bool
    ) throws {
        self.statistics = statistics
        self.estimate = estimate
        self.scale = scale
        self.weight = weight
        denominators = try statistics.positive + estimate.logNormalizer + statistics.logCount
        factor =
            isMultiplied
            ? try Tensor.full([1], share * weight, dtype: scale.dtype, on: scale.device)
            : try scale * (share * weight)
    }

    /// `λ - ln f`, `[b]`.
    var offsets: Tensor { get throws { try denominators - factor.log() } }

    /// What the pairs' own similarities weigh: the mass of the negatives, and what flows through the normalizers.
    func pairMass(_ pull: SimilarityGrid.Pull) throws -> Tensor {
        let mass = try estimate.flow.map { try pull.mass + $0.mass } ?? pull.mass
        return try mass * factor
    }

    /// Adds what flows through the normalizers into the anchors' own features.
    func withFlow(_ gradient: Tensor) throws -> Tensor {
        guard let flow = estimate.flow else { return gradient }
        return try gradient + flow.pull * factor.unsqueezed(1)
    }

    func slopes(_ pull: SimilarityGrid.Pull) throws -> AnchorSlopes {
        AnchorSlopes(
            side: statistics.side,
            weight: weight,
            value: estimate.value,
            bareValue: estimate.bareValue,
            spread: try estimate.flow.map { try pull.spread + $0.spread } ?? pull.spread,
            scale: scale,
            hasNegatives: try statistics.negatives .> 0
        )
    }

    /// The sum over anchors of 1/τ.
    var scaleSum: Tensor {
        get throws { try scale.expanded(statistics.positive.shape).sum() }
    }

    /// How many anchors have a temperature at its bound.
    func atBound(_ bounds: ClosedRange<Double>?) throws -> Tensor {
        guard let bounds else { return try statistics.positive.sum() * 0 }
        let slack = 1e-5
        let isAtBound =
            try (scale .>= bounds.upperBound * (1 - slack)) .| (scale .<= bounds.lowerBound * (1 + slack))
        return try isAtBound.to(scale.dtype).expanded(statistics.positive.shape).sum()
    }
}
