public import Torch
public import TorchNN

extension VisionTransformerConfiguration {
    /// What messages call the kind.
    public var name: String { "vision transformer" }

    /// It is open_clip\'s own.
    public var isKnownToOpenCLIP: Bool { true }

    /// Patches per side.
    public var patchGrid: Int? { grid }

    /// Where the rows that stand for places come from.
    public var patchPositions: PatchPositions? { positions }

    /// What open_clip computes otherwise.
    public var openCLIPObstacle: String? {
        pooling == .averageWithClass
            ? "its features average the class token with the patches, which open_clip leaves out" : nil
    }

    /// The same tower for images of another size.
    public func resized(imageSize: Int) throws -> any ImageTowerConfiguration {
        guard imageSize > 0, imageSize % patchSize == 0, imageSize <= 1 << 14 else {
            let below = max(imageSize / patchSize, 1) * patchSize
            throw ModelConfigurationError.value(
                key: "vision_cfg.image_size",
                found: "\(imageSize)",
                expected: "a multiple of the patch, \(patchSize), up to \(1 << 14)"
                    + (imageSize > 1 << 14 ? "" : "; the nearest are \(below) and \(below + patchSize)")
            )
        }
        var resized = self
        resized.imageSize = imageSize
        return resized
    }

    /// The same tower with other positions.
    public func positioned(_ positions: PatchPositions) throws -> any ImageTowerConfiguration {
        try positions.validate(width: width)
        var other = self
        other.positions = positions
        return other
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
            blocks(keeping: .none),
            otherParameters: width
                * (patch + 1 + (positions.isFixed ? 0 : tokenCount) + norms + embeddingWidth),
            otherProducts: Double(width) * Double(embeddingWidth)
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
        let name = prefix + VisionTransformer.positionsName
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
        let rest =
            ConfigurationDifferences.texts([("vision_cfg.mlp_ratio", mlpRatio, other.mlpRatio)])
            + ConfigurationDifferences.texts([
                ("swift_clip.positions", positions.rawValue, other.positions.rawValue)
            ])
        // Pooling and normalisation are rarely what differs.
        return found.isEmpty && rest.isEmpty && self != other
            ? ["pooling or normalisation of vision_cfg differ"] : found + rest
    }
}
