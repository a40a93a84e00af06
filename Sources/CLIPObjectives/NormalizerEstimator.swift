public import Torch

/// Which side of the pairs the anchors are on.
public enum Side: Sendable {
    /// Images look for their texts.
    case image
    /// Texts look for their images.
    case text
}

/// What one batch says about this rank's anchors of one side.
///
/// `z_ij` is the logit (similarity over temperature) of anchor `i` and candidate `j` of the other side, and the
/// negatives of `i` are all candidates but its own positive and those of equal group. An anchor without
/// negatives has a sum so small that it vanishes (its logarithm is near -1e30, not -∞, which would turn
/// products with zero into NaN).
public struct AnchorStatistics {
    /// The side of the anchors.
    public let side: Side
    /// The logit of each anchor's own pair, `z_ii`, `[b]`.
    public let positive: Tensor
    /// ln Σ exp(z_ij) over the negatives `j` of each anchor, `[b]`.
    public let logSum: Tensor
    /// The largest logit among the negatives of each anchor, `[b]`.
    public let hardest: Tensor
    /// Each anchor's place in the data set, int64 `[b]`, if known.
    public let ordinals: Tensor?
}

/// Who estimates the denominators of the contrastive softmax.
///
/// With `D_ij = z_ij - z_ii` and `N` negatives, anchor `i` has the loss `ln(ε + g_i)` where `g_i` is the mean of
/// `exp(D_ij)` over all its negatives in the data set, which a batch sees only in part. An estimator's answer is
/// `λ_i = z_ii + ln(N (ε + g_i))`, with the `N` that the batch has left for this anchor, so that the negative `j`
/// has the weight `P_ij = exp(z_ij - λ_i)` in the gradient.
public protocol NormalizerEstimator {
    /// The estimated `λ` of each anchor, `[b]`.
    mutating func logDenominators(_ anchors: AnchorStatistics) throws -> Tensor
}

/// CLIP's normalizer: the batch is taken for the whole data set.
///
/// `λ_i = ln(exp(z_ii) + Σ exp(z_ij))`, the denominator of a softmax over the batch; in the family this is
/// `ε = 1/N`. A negative removed by its group leaves the sum and changes nothing else.
public struct BatchNormalizer: NormalizerEstimator {
    /// Creates the estimator.
    public init() {}

    /// The denominators of the softmax over the batch.
    public func logDenominators(_ anchors: AnchorStatistics) throws -> Tensor {
        try anchors.positive.logAddExp(anchors.logSum)
    }
}
