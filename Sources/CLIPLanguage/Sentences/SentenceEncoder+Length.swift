extension SentenceEncoder {
    /// The most ids of a text with everything around it: the encoding's limit, or the model's where that is lower.
    public var tokenLimit: Int { max(1, min(encoding.maximumTokens, model.configuration.contextLength)) }

    /// How many ids a text has with everything around it before it is cut to ``tokenLimit``.
    public func uncutTokenCount(of text: String) -> Int {
        let framing = TextFraming(
            tokenizer: tokenizer,
            encoding: encoding,
            instruction: encoding.instruction,
            limit: .max,
            end: model.configuration.endTokens.first
        )
        return framing.encode(text).ids.count
    }
}
