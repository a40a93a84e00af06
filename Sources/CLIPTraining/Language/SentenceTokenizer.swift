public import CLIPData
public import CLIPLanguage
public import CLIPText

/// How texts become the ids of a language model: its tokenizer, and what is put around a text.
///
/// A value may be used by any number of threads at once.
public struct SentenceTokenizer: Sendable {
    /// The model's tokenizer.
    public let tokenizer: ByteLevelTokenizer
    /// What is put around a text, and which tokens are pooled.
    public let encoding: SentenceEncoding
    private let limit: Int
    private let end: Int32?

    /// Combines both for a model.
    ///
    /// - Parameters:
    ///   - instructions: Those of single texts, which take the place of the encoding's own.
    ///   - path: The model, for messages.
    /// - Throws: `LanguageModelError.frame` where what stands around a text leaves no token of its own.
    public init(
        _ tokenizer: ByteLevelTokenizer,
        _ encoding: SentenceEncoding,
        for configuration: LanguageModelConfiguration,
        instructions: [String] = [],
        path: String = ""
    ) throws {
        self.tokenizer = tokenizer
        self.encoding = encoding
        limit = max(1, min(encoding.maximumTokens, configuration.contextLength))
        end = configuration.endTokens.first
        for instruction in [encoding.instruction] + instructions {
            try framing(instruction).check(path: path)
        }
    }

    /// The ids of a text of a pair, as `SentenceEncoder.encode` has them.
    public func tokens(_ text: PairText) -> SentenceTokens {
        let found = framing(text.instruction ?? encoding.instruction).encode(text.text)
        return SentenceTokens(ids: found.ids, pooledCount: found.pooledCount)
    }

    private func framing(_ instruction: String?) -> TextFraming {
        TextFraming(
            tokenizer: tokenizer,
            encoding: encoding,
            instruction: instruction,
            limit: limit,
            end: end
        )
    }
}
