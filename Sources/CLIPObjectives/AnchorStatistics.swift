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
/// negatives has a sum so small that it vanishes (its logarithm is near -1e30 or below, not -∞, which would turn
/// products with zero into NaN).
public struct AnchorStatistics {
    /// The side of the anchors.
    public let side: Side
    /// The similarity of each anchor's own pair, `s_i`, `[b]`.
    public let similarity: Tensor
    /// The logit of each anchor's own pair, `z_ii`, `[b]`.
    public let positive: Tensor
    /// ln Σ exp(z_ij) over the negatives `j` of each anchor, `[b]`.
    public let logSum: Tensor
    /// The largest logit among the negatives of each anchor, `[b]`.
    public let hardest: Tensor
    /// How many negatives each anchor has, `N_i`, `[b]`.
    public let negatives: Tensor
}

extension AnchorStatistics {
    /// ln N_i; of an anchor without negatives, 0.
    public var logCount: Tensor { get throws { try negatives.clamped(to: 1...Double.infinity).log() } }

    /// `ln g_i`, the logarithm of the mean of `exp(z_ij - z_ii)` over the negatives, `[b]`.
    public var logMean: Tensor { get throws { try logSum - positive - logCount } }

    /// InfoNCE of each anchor within the batch, `[b]`: a figure that all objectives share.
    var batchLoss: Tensor { get throws { try positive.logAddExp(logSum) - positive } }

    /// How many anchors find their own pair closer than every negative; a tie is a miss.
    func hits() throws -> Tensor {
        try (positive .> hardest).to(positive.dtype).sum()
    }
}
