public import Torch
public import TorchDistributed

/// Who estimates the normalizers of the contrastive softmax.
///
/// With `D_ij = z_ij - z_ii` anchor `i` has the loss `ln(ε + g_i)` where `g_i` is the mean of `exp(D_ij)` over all
/// its negatives in the data set, which a batch sees only in part. An estimator's answer is the log-normalizer
/// `ν_i ≈ ln(ε + g_i)`, so that the negative `j` has the weight `P_ij = exp(D_ij - ν_i) / N_i` in the gradient, with
/// the `N_i` negatives that the batch has for this anchor.
///
/// An estimator may learn from each batch: it is called once for each batch and set of captions, in order.
public protocol NormalizerEstimator {
    /// The estimates for this rank's anchors of both sides.
    mutating func estimate(_ batch: NormalizerInput, collective: any Collective) throws
        -> (image: NormalizerEstimate, text: NormalizerEstimate)

    /// What the estimator would say about some anchors without seeing a batch, `[b]`, and without learning; nil for one
    /// that knows nothing beside the batch.
    func recall(_ anchors: AnchorQuery) throws -> Tensor?

    /// What the next estimate depends on, beside state per sample, by name; copies.
    func snapshot() throws -> [String: Tensor]

    /// Continues from a snapshot.
    mutating func restore(_ state: [String: Tensor]) throws
}

/// Anchors of one side about which an estimator is asked.
public struct AnchorQuery {
    /// The side.
    public let side: Side
    /// Their features `[b, D]`, and the similarities of their own pairs `[b]`.
    public let features, similarity: Tensor
    /// 1/τ, `[b]` or `[1]`.
    public let scale: Tensor
    /// Each sample's place in the data set, `b` numbers on the host.
    public let ordinals: [Int64]

    /// Creates a query.
    public init(side: Side, features: Tensor, similarity: Tensor, scale: Tensor, ordinals: [Int64]) {
        self.side = side
        self.features = features
        self.similarity = similarity
        self.scale = scale
        self.ordinals = ordinals
    }
}

extension NormalizerEstimator {
    /// Nothing is known beside the batch.
    public func recall(_ anchors: AnchorQuery) throws -> Tensor? { nil }
    /// Nothing: the estimator learns nothing.
    public func snapshot() throws -> [String: Tensor] { [:] }
    /// Nothing to continue from.
    public mutating func restore(_ state: [String: Tensor]) throws {}
}

/// What an estimator may look at.
public struct NormalizerInput {
    /// What the batch says about this rank's anchors.
    public let image, text: AnchorStatistics
    /// Features of this rank's anchors, `[b, D]`, and of all candidates, `[B, D]`.
    public let imageFeatures, textFeatures, allImages, allTexts: Tensor
    /// 1/τ of the anchors of each side, `[b]` or `[1]`.
    public let imageScale, textScale: Tensor
    /// Each sample's place in the data set, `b` numbers on the host.
    public let ordinals: [Int64]?
    /// Passes through the data that were complete when the batch began.
    public let epoch: Int
    /// Which of the `k` captions of each image the texts are.
    public let captionSet: Int
    /// Whether the losses of the text anchors count.
    public let countsTexts: Bool
}

/// An estimate for the anchors of one side.
public struct NormalizerEstimate {
    /// `ν_i`, `[b]`: what the weights of the negatives are divided by, as a logarithm.
    public let logNormalizer: Tensor
    /// What the loss says about each anchor, `[b]`: `ν_i` itself, or an upper bound of it.
    public let value: Tensor
    /// `value` without ε, `[b]`, for estimators that add one; `value` itself for others.
    public let bareValue: Tensor
    /// Added to `value` for the loss that people see, `[b]`; a constant in all parameters.
    public let offset: Tensor?
    /// How the estimate itself depends on the features, for estimators through which gradients flow.
    public let flow: NormalizerFlow?

    /// Creates an estimate; without a value of its own, the value is the log-normalizer, and so is the one without ε.
    public init(
        logNormalizer: Tensor,
        value: Tensor? = nil,
        bareValue: Tensor? = nil,
        offset: Tensor? = nil,
        flow: NormalizerFlow? = nil
    ) {
        self.logNormalizer = logNormalizer
        self.value = value ?? logNormalizer
        self.bareValue = bareValue ?? self.value
        self.offset = offset
        self.flow = flow
    }
}

/// The derivatives of an estimate `ν_i` that depends on its anchor `e_i`, on the similarity `s_i` of its pair and
/// on the temperature, with the slope `c_i` of the loss over `ν_i`.
public struct NormalizerFlow {
    /// `c_i · dν_i/de_i` without the part through `s_i`, times τ: `[b, D]`.
    public let pull: Tensor
    /// `-c_i · dν_i/ds_i`, times τ: `[b]`.
    public let mass: Tensor
    /// `c_i · dν_i/d ln(1/τ)`: `[b]`.
    public let spread: Tensor

    /// Creates derivatives.
    public init(pull: Tensor, mass: Tensor, spread: Tensor) {
        self.pull = pull
        self.mass = mass
        self.spread = spread
    }
}

/// CLIP's normalizer: the batch is taken for the whole data set.
///
/// `ν_i = ln(1/N_i + g_i)`, so that `N_i (ε + g_i)` is the denominator of a softmax over the batch with the positive
/// in it. A negative removed by its group leaves the sum and changes nothing else.
public struct BatchNormalizer: NormalizerEstimator {
    /// Creates the estimator.
    public init() {}

    /// The denominators of the softmax over the batch.
    public func estimate(_ batch: NormalizerInput, collective: any Collective) throws
        -> (image: NormalizerEstimate, text: NormalizerEstimate)
    {
        func estimate(_ anchors: AnchorStatistics) throws -> NormalizerEstimate {
            let count = try anchors.logCount
            let logNormalizer = try anchors.positive.logAddExp(anchors.logSum) - anchors.positive - count
            // With ln N the loss is InfoNCE, whose chance level is ln B.
            return NormalizerEstimate(logNormalizer: logNormalizer, offset: count)
        }
        return (try estimate(batch.image), try estimate(batch.text))
    }
}
