public import Torch
public import TorchNN

extension VisionTransformerConfiguration {
    /// What messages call the kind.
    public var name: String { "vision transformer" }

    /// It is open_clip\'s own.
    public var isKnownToOpenCLIP: Bool { true }

    /// The same tower for images of another size.
    public func resized(imageSize: Int) throws -> any ImageTowerConfiguration {
        var json = json
        json["image_size"] = imageSize
        var reader = ConfigurationReader(json, path: "vision_cfg")
        return try Self(&reader)
    }

    /// Asks for the tower's parameters.
    public func tower(_ path: ParameterPath, embeddingWidth: Int, activation: Activation) throws
        -> any ImageTower
    {
        try VisionTransformer(path, self, embeddingWidth: embeddingWidth, activation: activation)
    }

    /// Counts the tower.
    public func summary(embeddingWidth: Int) -> ModelSummary.Tower {
        let patch = 3 * patchSize * patchSize
        let norms = normalizesInput ? 4 : 2
        var tower = ModelSummary.Tower(
            width: width,
            layers: layers,
            heads: heads,
            mlpWidth: mlpWidth,
            tokens: tokenCount,
            otherParameters: width * (patch + 1 + tokenCount + norms + embeddingWidth),
            otherProducts: Double(width) * (Double(patch) * Double(tokenCount - 1) + Double(embeddingWidth))
        )
        tower.patchSize = patchSize
        return tower
    }

    /// Position embeddings of another grid are resized as open_clip does.
    public func adapted(
        _ tensors: [String: Tensor],
        under prefix: String,
        from old: any ImageTowerConfiguration
    ) throws -> [String: Tensor] {
        var tensors = tensors
        let name = "\(prefix)positional_embedding"
        // A table that does not fit its own configuration is left for the store to refuse.
        if let old = old as? Self, let table = tensors[name], table.shape == [old.tokenCount, old.width] {
            tensors[name] = try PositionResizing.image(table, grid: grid)
        }
        return tensors
    }

    /// What keeps weights of the other from fitting.
    public func differences(from other: any ImageTowerConfiguration) -> [String] {
        guard let other = other as? Self else {
            return ["vision_cfg is a \(other.name) there and a \(name) in model.config"]
        }
        let found = ConfigurationDifferences.texts([
            ("vision_cfg.image_size", imageSize, other.imageSize),
            ("vision_cfg.patch_size", patchSize, other.patchSize),
            ("vision_cfg.width", width, other.width), ("vision_cfg.layers", layers, other.layers),
            ("vision_cfg.head_width", headWidth, other.headWidth),
        ])
        let rest = ConfigurationDifferences.texts([("vision_cfg.mlp_ratio", mlpRatio, other.mlpRatio)])
        // Pooling and normalisation are rarely what differs.
        return found.isEmpty && rest.isEmpty && self != other
            ? ["pooling or normalisation of vision_cfg differ"] : found + rest
    }
}
