import CLIPData
import CLIPModels
import CLIPText
public import Torch

extension FeatureExtractor {
    /// The features `[N, D]` of texts.
    ///
    /// - Throws: ``EvaluationError``, `TorchError`.
    public func textFeatures(
        of texts: [String],
        progress: ((EvaluationProgress) -> Void)? = nil
    ) throws -> Tensor {
        var rows = FeatureRows(width: model.embeddingWidth)
        try textFeatures(of: texts, progress: progress) { rows.append($0) }
        return try rows.joined()
    }

    /// Hands out the features of texts, some rows `[n, D]` at a time, in order.
    ///
    /// - Throws: ``EvaluationError``, `TorchError`, and what `each` throws.
    public func textFeatures(
        of texts: [String],
        progress: ((EvaluationProgress) -> Void)? = nil,
        each: (Tensor) throws -> Void
    ) throws {
        let tokens = try tokenization()
        for part in texts.indices.parts(of: options.textBatch) {
            try each(textFeatures(of: TokenSequences(texts[part].map(tokens))))
            progress?(.init(phase: .texts, done: part.upperBound, total: texts.count))
        }
    }

    /// The features `[N, D]` of tokenized texts, in as many batches as it takes.
    func textFeatures(inBatches texts: [[Int32]]) throws -> Tensor {
        var rows = FeatureRows(width: model.embeddingWidth)
        for part in texts.indices.parts(of: options.textBatch) {
            rows.append(try textFeatures(of: TokenSequences(Array(texts[part]))))
        }
        return try rows.joined()
    }

    /// What makes the token ids of a text, as many as the model takes.
    ///
    /// - Throws: ``EvaluationError/takesEmbeddings(width:)``, so that an evaluation of text asks for it first of all.
    func tokenization() throws -> @Sendable (String) -> [Int32] {
        switch model.textKind {
        case .tokens(let contextLength):
            if let reducer = options.textReduction {
                return { text in
                    // A text has the same draws wherever it stands, so that results do not depend on order.
                    var random = CounterRandom(seed: 0, ordinal: CaptionKey.of(text), purpose: .textMask)
                    return reducer.tokens(text, using: &random)
                }
            }
            return { [tokenizer] in tokenizer.tokens($0, contextLength: contextLength) }
        case .embeddings(let width): throw EvaluationError.takesEmbeddings(width: width)
        }
    }
}
