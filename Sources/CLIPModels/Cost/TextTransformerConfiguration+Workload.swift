extension TextTransformerConfiguration {
    /// The texts' own tokens where they are packed, the context length elsewhere.
    public func workload(of texts: TokenLengths) -> TowerWorkload? { blocks(of: texts) }

    func blocks(of texts: TokenLengths) -> TowerWorkload {
        TowerWorkload(
            width: width,
            layers: layers,
            heads: heads,
            mlpWidth: mlpWidth,
            tokens: allowsPacking ? texts : TokenLengths(contextLength),
            tableValues: vocabularySize * width
        )
    }
}
