public import CLIPEvaluation

/// How far the normalizers of a run lie from the exact ones at one step.
public struct NormalizerReport: Codable, Equatable, Sendable {
    /// Optimizer steps done.
    public var step: Int
    /// Samples of the data set, and how many of them served as anchors.
    public var samples, anchors: Int
    /// Pairs in a batch of the run.
    public var batch: Int
    /// The mean temperature of the image anchors.
    public var temperature: Double
    /// Who estimates the run's normalizers.
    public var estimator: String
    /// Errors of what a batch of the run's size says, over random batches.
    public var batchErrors: NormalizerErrorPair
    /// Errors of what the run's own estimator knows; nil where that is the batch, or knows nothing yet.
    public var estimatorErrors: NormalizerErrorPair?

    enum CodingKeys: String, CodingKey {
        case step, samples, anchors, batch, temperature, estimator
        case batchErrors = "batch_errors"
        case estimatorErrors = "estimator_errors"
    }

    /// The figures under names for metrics, such as `batch/image_mse`.
    var metrics: [String: Double] {
        var metrics: [String: Double] = ["temperature": temperature]
        for (name, pair) in [("batch", Optional(batchErrors)), (estimator, estimatorErrors)] {
            guard let pair else { continue }
            for (side, errors) in [("image", pair.image), ("text", pair.text)] {
                metrics["\(name)/\(side)_mse"] = errors.meanSquaredError
                metrics["\(name)/\(side)_bias"] = errors.bias
                metrics["\(name)/\(side)_count"] = Double(errors.count)
            }
        }
        return metrics
    }
}
