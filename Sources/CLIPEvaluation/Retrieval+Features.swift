public import CLIPData
import CLIPModels
import Torch

extension Retrieval {
    /// The same of a model that takes embeddings of captions in place of text.
    ///
    /// - Throws: ``EvaluationError`` for embeddings of another width, a model that takes text, or captions that are lines of a
    ///   field; `LoaderError` where too many samples are bad; `ShardError`.
    public func evaluate(
        _ data: RetrievalDataset,
        embeddings: any CaptionEmbeddings,
        progress: ((EvaluationProgress) -> Void)? = nil
    ) throws -> RetrievalResult {
        try check(data, embeddings)
        let width = extractor.model.embeddingWidth
        var (images, texts) = (FeatureRows(width: width), FeatureRows(width: width))
        var imageOfText: [Int] = []
        // Equal ones go through the text side once, as equal texts do.
        var (known, textRows): ([[Float]: Int64], [Int64]) = ([:], [])
        let skipped = try extractor.forEachBatch(
            of: data.source,
            captions: data.captions,
            texts: .embeddings(embeddings),
            progress: progress
        ) { batch, features in
            guard case .embeddings(let values, let count) = batch.text else { return }
            var new: [Float] = []
            for row in 0..<batch.count {
                for caption in batch.captionOffsets[row]..<batch.captionOffsets[row + 1] {
                    let vector = Array(values[Int(caption) * count..<(Int(caption) + 1) * count])
                    if known[vector] == nil {
                        known[vector] = Int64(known.count)
                        new += vector
                    }
                    textRows.append(known[vector] ?? 0)
                    imageOfText.append(images.count + row)
                }
            }
            images.append(features)
            for part in (0..<new.count / count).parts(of: extractor.options.textBatch) {
                let rows = Array(new[part.lowerBound * count..<part.upperBound * count])
                let input = try Tensor(rows, shape: [part.count, count])
                texts.append(try extractor.textFeatures(of: .embeddings(input)))
            }
        }
        let allTexts = try texts.joined().indexSelect(Tensor(textRows))
        return try rank(images.joined(), allTexts, imageOfText, skipped, progress)
    }

    private func check(_ data: RetrievalDataset, _ embeddings: any CaptionEmbeddings) throws {
        guard case .embeddings(let width) = extractor.model.textKind else {
            throw EvaluationError.option(
                name: "list of caption features",
                found: "not empty",
                expected: "an empty one, as the model has a text tower"
            )
        }
        guard embeddings.width == width else {
            throw EvaluationError.languageWidth(found: embeddings.width, expected: width)
        }
        guard !data.captionPerLine else {
            throw EvaluationError.option(
                name: "reading of each line as a caption",
                found: "on",
                expected: "off with caption features, which are of whole fields (--no-caption-per-line)"
            )
        }
    }
}
