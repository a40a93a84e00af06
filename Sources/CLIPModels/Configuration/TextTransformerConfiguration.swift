public import CLIPText

/// The text tower of a configuration: open_clip's `text_cfg`, as far as CLIP's own transformer goes.
public struct TextTransformerConfiguration: TextTowerConfiguration {
    /// Which token row becomes the feature row.
    public enum Pooling: String, Sendable, CaseIterable {
        /// The row of the highest id: the end-of-text token.
        case endOfText = "argmax"
        /// The first row.
        case first
        /// The row of the last position, padding included.
        case last
    }

    /// Most tokens a text may have, at least three, and number of token ids.
    public var contextLength, vocabularySize: Int
    /// Width of the token rows, number of heads and of blocks.
    public var width, heads, layers: Int
    /// Width of the hidden layer of a block, as a multiple of `width`.
    public var mlpRatio: Double
    /// Whether a token sees only itself and what precedes it.
    public var isCausal: Bool
    /// Which token row becomes the feature row.
    public var pooling: Pooling
    /// Whether the last projection has a bias.
    public var projectionHasBias: Bool
    /// Added to variances.
    public var normEpsilon: Double
    /// What makes the token ids.
    public var tokenizer: TokenizerKind

    /// Width of the hidden layer of a block.
    public var mlpWidth: Int { Int(Double(width) * mlpRatio) }

    /// Whether texts may be computed without padding: what follows the row that is read then cannot change it.
    public var allowsPacking: Bool { isCausal && pooling != .last }

    init(_ reader: inout ConfigurationReader) throws {
        contextLength = try reader.size("context_length", default: 77, least: TextKind.shortestContext)
        vocabularySize = try reader.size("vocab_size", default: 49408, limit: 1 << 24)
        width = try reader.size("width", default: 512)
        heads = try reader.size("heads", default: 8)
        layers = try reader.size("layers", default: 12, limit: 1 << 12)
        mlpRatio = try reader.hiddenRatio(width: width)
        isCausal = try !reader.flag("no_causal_mask")
        pooling = try reader.choice("pool_type", default: .endOfText)
        projectionHasBias = try reader.flag("proj_bias")
        normEpsilon = try normalizationEpsilon(&reader)
        TokenizerKind.claimKeys(of: &reader)
        try reader.finish(defaults: [
            "text_arch": "clip", "proj_type": "linear", "tokenizer_type": "", "pad_id": "0",
        ])
        // Last, since another tokenizer says less of a model than another tower.
        tokenizer = try TokenizerKind(&reader)
        guard width % heads == 0 else {
            throw ModelConfigurationError.value(
                key: reader.name("heads"),
                found: "\(heads)",
                expected: "a divisor of the width \(width)"
            )
        }
    }

    /// The `text_cfg` object.
    public var json: [String: Any] {
        var json: [String: Any] = [
            "context_length": contextLength, "vocab_size": vocabularySize, "width": width, "heads": heads,
            "layers": layers,
        ]
        json.merge(tokenizer.json) { $1 }
        if mlpRatio != 4 { json["mlp_ratio"] = mlpRatio }
        if !isCausal { json["no_causal_mask"] = true }
        if pooling != .endOfText { json["pool_type"] = pooling.rawValue }
        if projectionHasBias { json["proj_bias"] = true }
        if normEpsilon != 1e-5 { json["norm_kwargs"] = ["eps": normEpsilon] }
        return json
    }
}
