public import Torch
public import TorchNN

extension TextTransformerConfiguration {
    /// What messages call the kind.
    public var name: String { "text transformer" }

    /// It is open_clip\'s own.
    public var isKnownToOpenCLIP: Bool { true }

    /// Token ids.
    public var kind: TextKind { .tokens(contextLength: contextLength) }

    /// True where what follows a token changes it, or the last position is read.
    public var padsTexts: Bool { !allowsPacking }

    /// The same tower for another number of positions.
    public func resized(contextLength: Int) throws -> any TextTowerConfiguration {
        var json = json
        json["context_length"] = contextLength
        var reader = ConfigurationReader(json, path: "text_cfg")
        return try Self(&reader)
    }

    /// Asks for the tower's parameters.
    public func tower(_ path: ParameterPath, embeddingWidth: Int, activation: Activation) throws
        -> any TextTower
    {
        try TextTransformer(path, self, embeddingWidth: embeddingWidth, activation: activation)
    }

    /// Counts the tower; its cost is that of a text that fills the context.
    public func summary(embeddingWidth: Int) -> ModelSummary.Tower {
        var tower = ModelSummary.Tower(
            blocks(of: TokenLengths(contextLength)),
            otherParameters: width * (vocabularySize + contextLength + 2 + embeddingWidth)
                + (projectionHasBias ? embeddingWidth : 0),
            otherProducts: Double(width) * Double(embeddingWidth)
        )
        tower.vocabularySize = vocabularySize
        return tower
    }

    /// Position embeddings of another length are resized as open_clip does.
    public func adapted(
        _ tensors: [String: Tensor],
        under prefix: String,
        from old: any TextTowerConfiguration
    ) throws -> [String: Tensor] {
        var tensors = tensors
        let name = "\(prefix)positional_embedding"
        // A table that does not fit its own configuration is left for the store to refuse.
        if let old = old as? Self, let table = tensors[name], table.shape == [old.contextLength, old.width] {
            tensors[name] = try PositionResizing.text(table, length: contextLength)
        }
        return tensors
    }

    /// What keeps weights of the other from fitting.
    public func differences(from other: any TextTowerConfiguration) -> [String] {
        guard let other = other as? Self else {
            return ["the text side is a \(other.name) there and a \(name) in model.config"]
        }
        let found = ConfigurationDifferences.texts([
            ("text_cfg.context_length", contextLength, other.contextLength),
            ("text_cfg.vocab_size", vocabularySize, other.vocabularySize),
            ("text_cfg.width", width, other.width), ("text_cfg.heads", heads, other.heads),
            ("text_cfg.layers", layers, other.layers),
        ])
        let rest =
            ConfigurationDifferences.texts([("text_cfg.mlp_ratio", mlpRatio, other.mlpRatio)])
            + ConfigurationDifferences.texts([("the tokenizer", tokenizer.phrase, other.tokenizer.phrase)])
        return found.isEmpty && rest.isEmpty && self != other
            ? ["mask, pooling or normalisation of text_cfg differ"] : found + rest
    }
}
