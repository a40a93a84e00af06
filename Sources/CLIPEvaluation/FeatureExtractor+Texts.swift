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
            try each(textFeatures(inBatches: texts[part].map(tokens)))
            progress?(.init(phase: .texts, done: part.upperBound, total: texts.count))
        }
    }

    /// The features `[N, D]` of texts as ``tokenization()`` makes them, in as many batches as it takes.
    func textFeatures(inBatches texts: [[Int32]]) throws -> Tensor {
        var rows = FeatureRows(width: model.embeddingWidth)
        for part in texts.indices.parts(of: options.textBatch) {
            rows.append(try textFeatures(of: input(texts[part])))
        }
        return try rows.joined()
    }

    /// The form that the model takes of texts as ``tokenization()`` makes them.
    private func input(_ texts: ArraySlice<[Int32]>) throws -> TextInput {
        guard let language else { return .tokens(TokenSequences(Array(texts))) }
        let read = texts.map { bytes in
            String(decoding: bytes.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
        }
        return .embeddings(try language.vectors(of: read, stop: options.stop))
    }

    /// What stands for a text on its way to ``textFeatures(inBatches:)``: its token ids, as many as the model takes, or its bytes
    /// where a language model reads it whole.
    ///
    /// - Throws: ``EvaluationError/takesEmbeddings(width:)`` and errors of the language model, so that an evaluation of text asks
    ///   for it first of all.
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
        case .embeddings(let width):
            guard let language else { throw EvaluationError.takesEmbeddings(width: width) }
            guard try language.width == width else {
                throw EvaluationError.languageWidth(found: try language.width, expected: width)
            }
            return { $0.utf8.map(Int32.init) }
        }
    }
}
