public import Torch
public import TorchNN

/// The text side of a model without a text tower of its own: it takes embeddings of captions.
///
/// open_clip has no words for it. Its place is `swift_clip.text` of `open_clip_config.json`:
/// `{"kind": "embeddings", "width": 768, "projection": "linear", "bias": false}`.
public struct EmbeddingProjectionConfiguration: TextTowerConfiguration {
    /// What leads from the embeddings to the features.
    public enum Projection: String, Sendable, CaseIterable {
        /// A linear map.
        case linear
        /// Nothing: the embeddings are the features, up to their length. Both have the same width.
        case identity = "none"
    }

    /// Width of the embeddings.
    public var width: Int
    /// What leads from the embeddings to the features.
    public var projection: Projection
    /// Whether the linear map has a bias.
    public var hasBias: Bool

    /// The word for this kind in JSON.
    static let kindName = "embeddings"

    /// Describes a text side.
    public init(width: Int, projection: Projection = .linear, hasBias: Bool = false) {
        self.width = width
        self.projection = projection
        self.hasBias = hasBias
    }

    /// Reads the keys other than `kind`.
    init(_ reader: inout ConfigurationReader) throws {
        width = try reader.requiredSize("width")
        projection = try reader.choice("projection", default: .linear)
        hasBias = try reader.flag("bias")
        try reader.finish()
    }

    /// The `swift_clip.text` object.
    public var json: [String: Any] {
        ["kind": Self.kindName, "width": width, "projection": projection.rawValue, "bias": hasBias]
    }

    /// - Throws: ``ModelConfigurationError`` where the embeddings cannot become features of this width.
    func validate(embeddingWidth: Int) throws {
        func problem(_ key: String, _ found: String, _ expected: String) -> ModelConfigurationError {
            .value(key: "swift_clip.text.\(key)", found: found, expected: expected)
        }
        if width < 1 { throw problem("width", "\(width)", "1 or more") }
        guard projection == .identity else { return }
        guard width == embeddingWidth else {
            throw problem(
                "width",
                "\(width)",
                "embed_dim, \(embeddingWidth), where the projection is 'none'; a 'linear' one maps any width"
            )
        }
        if hasBias { throw problem("bias", "true", "false where the projection is 'none'") }
    }
}

extension EmbeddingProjectionConfiguration {
    /// What messages call the kind.
    public var name: String { "projection of caption embeddings" }

    /// Embeddings.
    public var kind: TextKind { .embeddings(width: width) }

    /// Asks for the parameters, if there are any.
    public func tower(_ path: ParameterPath, embeddingWidth: Int, activation: Activation) throws
        -> any TextTower
    {
        try EmbeddingProjection(path, self, embeddingWidth: embeddingWidth)
    }

    /// Counts the linear map.
    public func summary(embeddingWidth: Int) -> ModelSummary.Tower {
        let products = projection == .linear ? width * embeddingWidth : 0
        return ModelSummary.Tower(
            parameters: products + (hasBias ? embeddingWidth : 0),
            gigaflops: 2 * Double(products) / 1e9,
            width: width
        )
    }

    /// What keeps weights of the other from fitting.
    public func differences(from other: any TextTowerConfiguration) -> [String] {
        guard let other = other as? Self else {
            return ["the text side is a \(other.name) there and a \(name) in model.config"]
        }
        return ConfigurationDifferences.texts([("swift_clip.text.width", width, other.width)])
            + ConfigurationDifferences.texts([
                ("swift_clip.text.projection", projection.rawValue, other.projection.rawValue)
            ]) + ConfigurationDifferences.texts([("swift_clip.text.bias", hasBias, other.hasBias)])
    }
}
