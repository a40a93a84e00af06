public import Torch
public import TorchNN

/// The text side of a model that takes the vectors of a language model: residual blocks and a projection (LLM2CLIP).
///
/// open_clip has no words for it. Its place is `swift_clip.text` of `open_clip_config.json`:
/// `{"kind": "adapter", "width": 576, "blocks": 4, "expansion": 2, "language": {…}}`, where `language` says which language
/// model made the vectors.
public struct AdapterTextConfiguration: TextTowerConfiguration {
    /// Width of the vectors.
    public var width: Int
    /// Number of residual blocks.
    public var blocks: Int
    /// Width of the hidden layer of a block, as a multiple of `width`.
    public var expansion: Int
    /// The language model that makes the vectors; nil where nobody said.
    public var language: LanguageReference?

    /// The word for this kind in JSON.
    static let kindName = "adapter"
    /// The most blocks, and the largest multiple.
    package static let limits = (blocks: 1 << 10, expansion: 64, width: 1 << 16)

    /// Describes a text side; the defaults are LLM2CLIP's.
    public init(width: Int, blocks: Int = 4, expansion: Int = 2, language: LanguageReference? = nil) {
        self.width = width
        self.blocks = blocks
        self.expansion = expansion
        self.language = language
    }

    /// Reads the keys other than `kind`.
    init(_ reader: inout ConfigurationReader) throws {
        width = try reader.requiredSize("width")
        blocks = try reader.size("blocks", default: 4, limit: Self.limits.blocks)
        expansion = try reader.size("expansion", default: 2, limit: Self.limits.expansion)
        if reader.raw("language") != nil {
            var object = try reader.object("language")
            language = try LanguageReference(&object)
        }
        try reader.finish()
    }

    /// The `swift_clip.text` object.
    public var json: [String: Any] {
        var json: [String: Any] = [
            "kind": Self.kindName, "width": width, "blocks": blocks, "expansion": expansion,
        ]
        if let language { json["language"] = language.json }
        return json
    }

    /// Width of the hidden layer of a block.
    public var hiddenWidth: Int { expansion * width }

    /// - Throws: ``ModelConfigurationError`` for numbers that cannot be.
    func validate() throws {
        let numbers = [
            ("width", width, Self.limits.width), ("blocks", blocks, Self.limits.blocks),
            ("expansion", expansion, Self.limits.expansion),
        ]
        for (key, value, limit) in numbers where !(1...limit).contains(value) {
            throw ModelConfigurationError.value(
                key: "swift_clip.text.\(key)",
                found: "\(value)",
                expected: "1 … \(limit)"
            )
        }
    }
}

extension AdapterTextConfiguration {
    /// What messages call the kind.
    public var name: String { "language-model adapter" }

    /// Vectors.
    public var kind: TextKind { .embeddings(width: width) }

    /// Asks for the parameters.
    public func tower(_ path: ParameterPath, embeddingWidth: Int, activation: Activation) throws
        -> any TextTower
    {
        try AdapterText(path, self, embeddingWidth: embeddingWidth)
    }

    /// Counts the blocks and the projection; the language model is no part of it.
    public func summary(embeddingWidth: Int) -> ModelSummary.Tower {
        // Two matrices with their biases, and a normalisation.
        let block = 2 * width * hiddenWidth + hiddenWidth + 3 * width
        let projection = width * embeddingWidth
        return ModelSummary.Tower(
            parameters: blocks * block + 2 * width + projection + embeddingWidth,
            gigaflops: 2 * Double(blocks * 2 * width * hiddenWidth + projection) / 1e9,
            width: width,
            layers: blocks,
            mlpWidth: hiddenWidth
        )
    }

    /// One row, without attention, whatever the text is.
    public func workload(of texts: TokenLengths) -> TowerWorkload? {
        TowerWorkload(
            width: width,
            layers: blocks,
            heads: 0,
            mlpWidth: hiddenWidth,
            tokens: TokenLengths(1),
            readsOneRow: false
        )
    }

    /// What keeps weights of the other from fitting; which language model made the vectors does not.
    public func differences(from other: any TextTowerConfiguration) -> [String] {
        guard let other = other as? Self else {
            return ["the text side is a \(other.name) there and a \(name) in model.config"]
        }
        return ConfigurationDifferences.texts([
            ("swift_clip.text.width", width, other.width),
            ("swift_clip.text.blocks", blocks, other.blocks),
            ("swift_clip.text.expansion", expansion, other.expansion),
        ])
    }
}
