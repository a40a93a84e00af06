import CLIPData
import CLIPModels
import CLIPText
import Torch

/// Looks for images by text and for texts by image.
public struct Retrieval {
    /// Runs the towers.
    public let extractor: FeatureExtractor
    /// The k of R@k.
    public let cutoffs: [Int]
    /// Whether the contrastive loss over the whole data set is computed, too, of each image and its first text.
    public let computesLoss: Bool

    /// Evaluates the extractor's model.
    ///
    /// - Throws: ``EvaluationError/option(name:found:expected:)`` for a cutoff below 1, or none.
    public init(_ extractor: FeatureExtractor, cutoffs: [Int] = [1, 5, 10], computesLoss: Bool = false) throws
    {
        guard !cutoffs.isEmpty, cutoffs.allSatisfy({ $0 > 0 }) else {
            throw EvaluationError.option(
                name: "list of cutoffs",
                found: "\(cutoffs)",
                expected: "one or several numbers from 1 up"
            )
        }
        self.extractor = extractor
        self.cutoffs = cutoffs
        self.computesLoss = computesLoss
    }

    /// Ranks every image for every text, and the other way round, in one pass over the data.
    ///
    /// - Throws: ``EvaluationError``; `LoaderError` where too many samples are bad; `ShardError`.
    public func evaluate(
        _ data: RetrievalDataset,
        progress: ((EvaluationProgress) -> Void)? = nil
    ) throws -> RetrievalResult {
        let width = extractor.model.embeddingWidth
        var (images, texts) = (FeatureRows(width: width), FeatureRows(width: width))
        var imageOfText: [Int] = []
        // Equal texts are encoded once: in different batches their features could differ in the last bit, and ties
        // between them would be decided by rounding.
        var (known, textRows): ([[Int32]: Int64], [Int64]) = ([:], [])
        let tokens = try extractor.tokenization()
        let perLine = data.captionPerLine
        let skipped = try extractor.forEachBatch(
            of: data.source,
            captions: data.captions,
            texts: .tokens { perLine ? CaptionLines.tokens(of: $0, tokenize: tokens) : tokens($0) },
            progress: progress
        ) { batch, features in
            let captions = Self.captions(of: batch)
            for (row, captions) in captions.enumerated() {
                imageOfText += repeatElement(images.count + row, count: captions.count)
            }
            images.append(features)
            var new: [[Int32]] = []
            for text in captions.joined() {
                if known[text] == nil {
                    known[text] = Int64(known.count)
                    new.append(text)
                }
                textRows.append(known[text] ?? 0)
            }
            if !new.isEmpty { texts.append(try extractor.textFeatures(inBatches: new)) }
        }
        let allTexts = try texts.joined().indexSelect(Tensor(textRows))
        return try rank(images.joined(), allTexts, imageOfText, skipped, progress)
    }

    private static func captions(of batch: Batch) -> [[[Int32]]] {
        guard case .tokens(let ids, let offsets) = batch.text else { return [] }
        return (0..<batch.count).map { row in
            (batch.captionOffsets[row]..<batch.captionOffsets[row + 1]).flatMap { caption in
                CaptionLines.split(ids[Int(offsets[Int(caption)])..<Int(offsets[Int(caption) + 1])])
            }
        }
    }

    func rank(
        _ images: Tensor,
        _ texts: Tensor,
        _ imageOfText: [Int],
        _ skipped: SkippedSamples,
        _ progress: ((EvaluationProgress) -> Void)?
    ) throws -> RetrievalResult {
        let ranking = CandidateRanking(
            blockSize: extractor.options.scoreBlock,
            stop: extractor.options.stop
        )
        let total = images.size(0) + texts.size(0)
        let imageRanks = try ranking.ranks(of: imageOfText, queries: texts, candidates: images) {
            progress?(.init(phase: .ranks, done: $0, total: total))
        }
        let best = try bestTexts(images, texts, imageOfText)
        let textRanks = try ranking.ranks(of: best, queries: images, candidates: texts) {
            progress?(.init(phase: .ranks, done: texts.size(0) + $0, total: total))
        }
        var textCounts = [Int](repeating: 0, count: images.size(0))
        for image in imageOfText { textCounts[image] += 1 }
        var result = RetrievalResult(
            imageRanks: imageRanks,
            textRanks: textRanks,
            textCounts: textCounts,
            cutoffs: cutoffs,
            skipped: skipped
        )
        if computesLoss { try result.metrics.merge(losses(images, texts, imageOfText)) { $1 } }
        return result
    }

    /// The loss at the model's own scale, and at the best one.
    private func losses(_ images: Tensor, _ texts: Tensor, _ imageOfText: [Int]) throws -> [String: Double] {
        var first = [Int64?](repeating: nil, count: images.size(0))
        for (text, image) in imageOfText.enumerated() where first[image] == nil { first[image] = Int64(text) }
        let loss = PairLoss(
            images: images,
            texts: try texts.indexSelect(Tensor(first.compactMap { $0 })),
            blockSize: extractor.options.scoreBlock
        )
        let best = try loss.best()
        var losses = ["contrastive_loss_at_best_scale": best.loss, "best_scale": best.scale]
        // A loss without a scale of its own is compared at the best one alone.
        if let scale = extractor.model.objectiveParameters["logit_scale"] {
            losses["contrastive_loss"] = try loss.value(scale: scale.detached().exp().item())
        }
        return losses
    }

    /// For each image its text of the highest similarity, the first of equals: the one that is found first.
    private func bestTexts(_ images: Tensor, _ texts: Tensor, _ imageOfText: [Int]) throws -> [Int] {
        var best = [(text: Int, score: Float)?](repeating: nil, count: images.size(0))
        for part in imageOfText.indices.parts(of: 4096) {
            let own = try images.indexSelect(Tensor(imageOfText[part].map(Int64.init)))
            let scores = try CandidateRanking.similarities(own, texts.slice(part)).scalars(as: Float.self)
            for (text, score) in zip(part, scores) {
                let image = imageOfText[text]
                if score > best[image]?.score ?? -.infinity { best[image] = (text, score) }
            }
        }
        return best.compactMap { $0?.text }
    }
}
