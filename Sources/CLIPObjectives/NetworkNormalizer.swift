public import Torch
public import TorchDistributed

/// NeuCLIP's normalizer: a compact network predicts each anchor's log-normalizer (arXiv:2511.08417).
///
/// An image anchor's prediction is `α_i = ln(ε + 1/m Σ_j exp((cos(e_i, W_j) - s_i) / τ))` over `m` prototypes of texts,
/// and the same for texts over prototypes of images. The prototypes minimise
/// `exp(-α_i) (ε + g_i) + α_i - 1`, whose minimum over `α` is `ln(ε + g_i)` at `α_i = ln(ε + g_i)`, by `T_u` steps of
/// AdaGrad on each batch, and start again every `T_r` batches from embeddings of the newest pairs. There is no state per
/// sample.
///
/// Every rank holds the same prototypes and makes the same steps on the gathered batch.
public struct NetworkNormalizer: NormalizerEstimator {
    /// The settings.
    public let options: NetworkNormalizerOptions
    /// Added to the mean: ε.
    public let epsilon: Double
    /// Prototypes of texts, for image anchors; nil before the first batch.
    public internal(set) var texts: Prototypes?
    /// Prototypes of images, for text anchors.
    public internal(set) var images: Prototypes?
    /// Batches seen.
    public internal(set) var batches = 0
    var recentImages, recentTexts: RecentRows

    /// Creates a network that starts from the first batch.
    ///
    /// - Throws: ``ObjectiveError/setting(_:found:expected:)``.
    public init(_ options: NetworkNormalizerOptions = .init(), epsilon: Double = 1e-14) throws {
        try options.validate()
        self.options = options
        self.epsilon = epsilon
        recentImages = RecentRows(capacity: options.prototypes)
        recentTexts = RecentRows(capacity: options.prototypes)
    }

    /// Learns from the batch, then predicts for it.
    public mutating func estimate(_ batch: NormalizerInput, collective: any Collective) throws
        -> (image: NormalizerEstimate, text: NormalizerEstimate)
    {
        if batch.captionSet == 0 { try begin(batch) }
        guard let texts, let images else { throw ObjectiveError.networkNotStarted }
        let imageBatch = try PrototypeBatch(
            batch.image,
            anchors: batch.allImages,
            scale: batch.imageScale,
            collective: collective
        )
        let textBatch = try PrototypeBatch(
            batch.text,
            anchors: batch.allTexts,
            scale: batch.textScale,
            collective: collective
        )
        for (prototypes, seen) in [(texts, imageBatch), (images, textBatch)] {
            try prototypes.learn(from: seen, epsilon: epsilon, options)
        }
        if batch.captionSet == 0 { batches += 1 }
        return (
            try estimate(texts, batch.image, batch.imageFeatures, batch.imageScale),
            try estimate(images, batch.text, batch.textFeatures, batch.textScale)
        )
    }

    /// Starts the prototypes again where it is time.
    private mutating func begin(_ batch: NormalizerInput) throws {
        try recentImages.add(batch.allImages)
        try recentTexts.add(batch.allTexts)
        guard isRestart(batchSize: batch.allImages.size(0)) else { return }
        // Both sides take the same pairs.
        let chosen = try recentTexts.choice(seed: options.seed, draw: batches)
        try Self.restart(&texts, from: recentTexts, chosen, options)
        try Self.restart(&images, from: recentImages, chosen, options)
    }

    /// Every `T_r` batches, and once more when there are rows for all prototypes for the first time.
    private func isRestart(batchSize: Int) -> Bool {
        if batches == 0 { return true }
        let batchesToFill = (options.prototypes + batchSize - 1) / batchSize
        if batches + 1 == batchesToFill { return true }
        return options.restart.map { batches % $0 == 0 } ?? false
    }

    private static func restart(
        _ prototypes: inout Prototypes?,
        from rows: RecentRows,
        _ chosen: [Int64],
        _ options: NetworkNormalizerOptions
    ) throws {
        let start = try rows.selected(chosen)
        if let prototypes {
            try prototypes.restart(from: start, resetsAccumulators: options.resetsAccumulators)
        } else {
            prototypes = try Prototypes(start)
        }
    }

    private func estimate(
        _ prototypes: Prototypes,
        _ anchors: AnchorStatistics,
        _ features: Tensor,
        _ scale: Tensor
    ) throws -> NormalizerEstimate {
        let prediction = try prototypes.predict(
            anchors: features,
            similarity: anchors.similarity,
            scale: scale,
            epsilon: epsilon
        )
        // Where there are no negatives the batch says nothing against the prediction.
        let target = try (anchors.negatives .== 0).select(
            prediction.logNormalizer,
            anchors.logMean.logAddExp(epsilon: epsilon)
        )
        // A prediction far below what the batch shows would give its negatives weights without bound.
        let floor = try target - options.logRatioLimit
        let logNormalizer = try prediction.logNormalizer.maximum(floor)
        let ratio = try (target - logNormalizer).exp()
        let value = try ratio + logNormalizer - 1
        guard options.flowsThrough else {
            return NormalizerEstimate(logNormalizer: logNormalizer, value: value)
        }
        // Where the floor holds, the estimate does not depend on the prototypes.
        let slope = try (1 - ratio).filled(with: 0, where: prediction.logNormalizer .< floor)
        return NormalizerEstimate(
            logNormalizer: logNormalizer,
            value: value,
            flow: try prediction.flow(slope: slope)
        )
    }

    /// What the network predicts, where the features lie.
    public func recall(_ anchors: AnchorQuery) throws -> Tensor? {
        guard let prototypes = anchors.side == .image ? texts : images else { return nil }
        let (dtype, device) = (prototypes.rows.dtype, prototypes.rows.device)
        return try withoutGradient {
            try prototypes.predict(
                anchors: anchors.features.to(dtype, on: device),
                similarity: anchors.similarity.to(dtype, on: device),
                scale: anchors.scale.to(dtype, on: device),
                epsilon: epsilon
            ).logNormalizer.to(anchors.features.device)
        }
    }
}
