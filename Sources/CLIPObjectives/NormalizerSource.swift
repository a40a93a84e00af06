public import Torch

/// An objective whose normalizers can be asked for, so that they can be measured against the exact ones.
public protocol NormalizerSource {
    /// The logit scales 1/τ of some anchors of each side, `[b]`, or `[1]` for all alike.
    ///
    /// - Throws: ``ObjectiveError``, for example for a parameter that is missing.
    func scales(_ input: ObjectiveInput) throws -> (image: Tensor, text: Tensor)

    /// The log-normalizers that are known for some anchors without a batch, `[b]`, with NaN for those that were never
    /// seen; nil where nothing is known. Nothing is learned.
    ///
    /// - Throws: ``ObjectiveError``, for example for a sample without a record.
    func recall(_ anchors: AnchorQuery) throws -> Tensor?
}

extension ContrastiveObjective: NormalizerSource {
    /// The objective itself.
    public var normalizers: (any NormalizerSource)? { self }

    /// The scales of the temperature rule.
    public func scales(_ input: ObjectiveInput) throws -> (image: Tensor, text: Tensor) {
        try temperature.scales(input)
    }

    /// What the estimator recalls.
    public func recall(_ anchors: AnchorQuery) throws -> Tensor? { try normalizer.recall(anchors) }
}
