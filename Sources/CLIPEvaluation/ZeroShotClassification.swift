import CLIPData
import CLIPModels
public import Torch

/// Classifies images by the similarity of their features to those of prompts that name the classes.
public struct ZeroShotClassification {
    /// Runs the towers.
    public let extractor: FeatureExtractor

    /// Evaluates the extractor's model.
    public init(_ extractor: FeatureExtractor) { self.extractor = extractor }

    /// The classifier `[C, D]`: for each class the mean over the prompts of their unit-length features, at
    /// unit length.
    ///
    /// - Parameters:
    ///   - classNames: The C classes.
    ///   - templates: Prompts with `{c}` in place of the name.
    public func classifier(
        classNames: [String],
        templates: [String],
        progress: ((EvaluationProgress) -> Void)? = nil
    ) throws -> Tensor {
        var rows = FeatureRows(width: extractor.model.embeddingWidth)
        let tokens = try extractor.tokenization()
        let classesAtATime = max(1, extractor.options.textBatch / max(1, templates.count))
        for part in classNames.indices.parts(of: classesAtATime) {
            let prompts = classNames[part].flatMap { name in
                templates.map { tokens($0.replacing("{c}", with: name)) }
            }
            let features = try extractor.textFeatures(inBatches: prompts)
            rows.append(
                try features.reshaped([part.count, templates.count, features.size(1)]).mean(dims: [1])
                    .normalized()
            )
            progress?(.init(phase: .classifier, done: part.upperBound, total: classNames.count))
        }
        return try rows.joined()
    }

    /// Classifies the images of a data set.
    ///
    /// - Throws: ``EvaluationError``; `LoaderError` where too many samples are bad; `ShardError`.
    public func evaluate(
        _ data: ZeroShotDataset,
        progress: ((EvaluationProgress) -> Void)? = nil
    ) throws -> ZeroShotResult {
        let classifier = try classifier(
            classNames: data.classNames,
            templates: data.templates,
            progress: progress
        )
        let ranking = CandidateRanking(
            blockSize: extractor.options.scoreBlock,
            stop: extractor.options.stop
        )
        var ranks: [(label: Int, rank: Int)] = []
        // The loader reads the label as if it were a caption of one token.
        let label = try CaptionPolicy(fields: ["cls"])
        let skipped = try extractor.forEachBatch(
            of: data.source,
            captions: label,
            texts: .tokens { [Int32($0) ?? -1] },
            progress: progress
        ) { batch, features in
            let labels = try labels(of: batch, in: data)
            let found = try ranking.ranks(of: labels, queries: features, candidates: classifier)
            ranks += zip(labels, found).map { ($0, $1) }
        }
        return ZeroShotResult(
            ranks: ranks,
            classNames: data.classNames,
            templates: data.templates.count,
            skipped: skipped
        )
    }

    private func labels(of batch: Batch, in data: ZeroShotDataset) throws -> [Int] {
        guard case .tokens(let ids, _) = batch.text else { return [] }
        for (row, id) in ids.enumerated() where !data.classNames.indices.contains(Int(id)) {
            throw try wrongLabel(ordinal: Int(batch.ordinals[row]), batch, data)
        }
        return ids.map(Int.init)
    }

    private func wrongLabel(ordinal: Int, _ batch: Batch, _ data: ZeroShotDataset) throws -> EvaluationError {
        let source = data.source
        let place = (batch.position..<batch.nextPosition).first { source.ordinal(at: $0) == ordinal }
        let label = place.map(source.label)
        let found = try place.flatMap { try source.field("cls", at: $0)?.text } ?? "?"
        return .label(
            sample: label?.key ?? "?",
            shard: label?.shard ?? "?",
            found: String(found.prefix(40)),
            classes: data.classNames.count
        )
    }
}
