import CLIPData
import Torch

extension FeatureExtractor {
    /// Passes once through shards and hands out each batch with the features `[B, D]` of its images.
    ///
    /// - Returns: The samples that were left out.
    /// - Throws: `LoaderError` where too many samples are bad, `ShardError`, ``EvaluationError``, and what
    ///   `each` throws.
    func forEachBatch(
        of source: any SampleSource,
        captions: CaptionPolicy,
        texts: CaptionInput,
        progress: ((EvaluationProgress) -> Void)?,
        each: (Batch, Tensor) throws -> Void
    ) throws -> SkippedSamples {
        let settings = LoaderSettings(
            batchSize: options.imageBatch,
            captions: captions,
            threads: options.threads,
            order: .sequential,
            imageFields: options.imageFields,
            maximumBadSampleRate: options.maximumBadSampleRate
        )
        let loader = try DataLoader(
            source: source,
            settings: settings,
            images: images,
            texts: texts,
            stop: options.stop
        )
        defer { loader.shutdown() }
        while let batch = try loader.next() {
            try each(batch, imageFeatures(of: batch))
            progress?(.init(phase: .images, done: batch.nextPosition, total: source.count))
        }
        let skipped = SkippedSamples(loader.counters.faults)
        guard loader.counters.rows > 0 else {
            throw EvaluationError.nothing(
                what: "samples",
                reason: "all \(skipped.total) are bad.\n\(loader.counters.faults)"
            )
        }
        return skipped
    }
}
