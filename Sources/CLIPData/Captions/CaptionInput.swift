/// What a loader makes of captions.
public enum CaptionInput: Sendable {
    /// Token ids without padding; called from several threads at a time.
    case tokens(@Sendable (_ caption: String) -> [Int32])
    /// The same where draws decide which ids stay; they belong to the visit of the sample and the number of its caption.
    case drawnTokens(@Sendable (_ caption: String, _ random: inout CounterRandom) -> [Int32])
    /// Token ids of texts of pairs, and how many of the last ones make the feature.
    case sentences(@Sendable (_ text: PairText) -> SentenceTokens)
    /// Embeddings that another model computed before; captions are chosen by the same draws as for tokens.
    case embeddings(any CaptionEmbeddings)

    /// Width of the embeddings; nil for tokens.
    public var embeddingWidth: Int? {
        if case .embeddings(let embeddings) = self { embeddings.width } else { nil }
    }

    func validate() throws(LoaderError) {
        guard let width = embeddingWidth, width < 1 else { return }
        throw .setting(name: "width of caption embeddings", found: "\(width)", expected: "at least 1")
    }

    /// What stands for a chosen caption.
    ///
    /// - Parameters:
    ///   - instruction: What is asked of a text of a pair.
    ///   - source: The number and the name of the caption's source.
    ///   - label: What to call the sample.
    ///   - random: What the caption's draws come from.
    /// - Throws: `SampleProblem` for a caption without tokens or without an embedding; `LoaderError.embeddings` where
    ///   embeddings cannot be read.
    func content(
        of text: String,
        instruction: String? = nil,
        key: UInt64,
        source: (number: Int, name: String),
        ordinal: Int,
        label: @autoclosure () -> SampleLabel,
        random: @autoclosure () -> CounterRandom
    ) throws -> CaptionContent {
        switch self {
        case .tokens(let tokenize): return try Self.checked(tokenize(text))
        case .drawnTokens(let tokenize):
            var random = random()
            return try Self.checked(tokenize(text, &random))
        case .sentences(let tokenize):
            let sentence = tokenize(PairText(text, instruction: instruction))
            guard sentence.pooledCount > 0 else { return try Self.checked([]) }
            return .sentence(sentence)
        case .embeddings(let embeddings):
            let values: [Float]?
            do {
                values = try embeddings.embedding(
                    ordinal: ordinal,
                    source: source.number,
                    key: key,
                    text: text
                )
            } catch let error as any SampleFaultError {
                throw error
            } catch {
                throw LoaderError.embeddings(label: label(), reason: String(describing: error))
            }
            guard let values else {
                throw SampleProblem(
                    kind: .missingEmbedding,
                    reason: "sample \(ordinal) has no embedding of its caption from '\(source.name)'"
                )
            }
            guard values.count == embeddings.width else {
                let reason = "one has \(values.count) numbers, expected \(embeddings.width); recompute them"
                throw LoaderError.embeddings(label: label(), reason: reason)
            }
            return .embedding(values)
        }
    }

    private static func checked(_ tokens: [Int32]) throws -> CaptionContent {
        guard !tokens.isEmpty else {
            throw SampleProblem(kind: .noTokens, reason: "the tokenizer made nothing of its caption")
        }
        return .tokens(tokens)
    }
}

/// What stands for a caption in a batch.
enum CaptionContent: Sendable {
    case tokens([Int32])
    case sentence(SentenceTokens)
    case embedding([Float])
}
