public import Torch
public import TorchDistributed

/// The normalizers over the whole data set: the diagnostic that the other estimators are measured with.
///
/// `ν_i = ln(ε + g_i)` with the mean of `exp((e_i · e_j - s_i) / τ)` over the features of all other samples. It takes a
/// product of the batch with the whole data set for each batch.
public struct ExactNormalizer: NormalizerEstimator {
    /// Features of all samples, `[n, D]`; row `i` belongs to ordinal `i`.
    public let images, texts: Tensor
    /// Added to the mean: ε.
    public var epsilon: Double
    /// About how many bytes temporary matrices may take.
    public var workspace: Int

    /// Creates an estimator over a data set's features.
    public init(images: Tensor, texts: Tensor, epsilon: Double = 0, workspace: Int = 256 << 20) {
        self.images = images
        self.texts = texts
        self.epsilon = epsilon
        self.workspace = workspace
    }

    /// The exact values.
    public func estimate(_ batch: NormalizerInput, collective: any Collective) throws
        -> (image: NormalizerEstimate, text: NormalizerEstimate)
    {
        guard let rows = batch.ordinals else { throw ObjectiveError.noOrdinals }
        let ordinals = try Tensor(rows, on: batch.imageFeatures.device)
        func estimate(_ anchors: Tensor, _ statistics: AnchorStatistics, _ others: Tensor, _ scale: Tensor)
            throws
            -> NormalizerEstimate
        {
            NormalizerEstimate(
                logNormalizer: try logNormalizers(
                    of: anchors,
                    similarity: statistics.similarity,
                    among: others,
                    ordinals: ordinals,
                    scale: scale
                )
            )
        }
        return (
            try estimate(batch.imageFeatures, batch.image, texts, batch.imageScale),
            try estimate(batch.textFeatures, batch.text, images, batch.textScale)
        )
    }

    /// `ln(ε + g)` of anchors `[b, D]` against all candidates but their own, `[b]`.
    ///
    /// - Parameters:
    ///   - similarity: `s`, `[b]`.
    ///   - candidates: `[n, D]`.
    ///   - ordinals: Which candidate is each anchor's own, int64 `[b]`.
    ///   - scale: 1/τ, `[b]` or `[1]`.
    ///   - groups: Keys of all candidates, int64 `[n]`; those of equal key are no negatives of each other.
    public func logNormalizers(
        of anchors: Tensor,
        similarity: Tensor,
        among candidates: Tensor,
        ordinals: Tensor,
        scale: Tensor,
        groups: Tensor? = nil
    ) throws -> Tensor {
        let count = candidates.size(0)
        let rows = max(1, workspace / (3 * count * anchors.dtype.byteCount))
        // Without groups every sample is a group of its own.
        let keys = try groups ?? Tensor.arange(0..<count, on: anchors.device)
        let ownKeys = try keys.indexSelect(ordinals)
        let total = anchors.size(0)
        let parts = try stride(from: 0, to: total, by: rows).map { start in
            let part = start..<min(start + rows, total)
            let scale = scale.size(0) == 1 ? scale : try scale.slice(part)
            let differences = try anchors.slice(part).matmul(candidates.transposed())
            try differences.subtract(similarity.slice(part).unsqueezed(1))
            try differences.multiply(by: scale.unsqueezed(1))
            let isSame = try keys.unsqueezed(0) .== ownKeys.slice(part).unsqueezed(1)
            try differences.fill(SimilarityGrid.excluded, where: isSame)
            let negatives = try Double(count) - isSame.to(anchors.dtype).sum(dims: [1])
            return try differences.logSumExp(dims: [1]) - negatives.clamped(to: 1...Double.infinity).log()
        }
        return try Tensor.concatenate(parts).logAddExp(epsilon: epsilon)
    }
}
