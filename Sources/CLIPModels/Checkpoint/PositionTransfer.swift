public import Torch
import TorchNN

/// What becomes of position embeddings where a model takes images of another size, or another number of text positions,
/// than the weights were trained with, or has its patches' positions from elsewhere.
public enum PositionTransfer: String, Sendable, CaseIterable {
    /// Such weights are refused.
    case refuse
    /// Tables are resized as open_clip does: bicubic with antialiasing over the grid of patches, where the class token keeps
    /// its row; linear over text positions.
    case interpolate
    /// Tables whose size or kind changes become those of a fresh model: fixed ones by their formula, learned ones drawn.
    case recompute
}

extension ModelConfiguration {
    /// What differs from the other where it is nothing but the size of images, the number of text positions and where
    /// positions come from, as `vision_cfg.image_size is 224 there and 336 in model.config`; nil where more differs.
    public func sizeDifferences(from other: ModelConfiguration) -> [String]? {
        let length = text.kind.contextLength
        var resized = try? other.resized(
            imageSize: vision.imageSize == other.vision.imageSize ? nil : vision.imageSize,
            contextLength: length == other.text.kind.contextLength ? nil : length
        )
        if let patchPositions, let other = resized, other.patchPositions != patchPositions {
            resized = try? other.positioned(patchPositions)
        }
        guard let resized, towerDifferences(from: resized).isEmpty else { return nil }
        return towerDifferences(from: other)
    }

    /// Whether ``PositionTransfer/interpolate`` can make this model's positions of the other's.
    package func canInterpolatePositions(from other: ModelConfiguration) -> Bool {
        guard let new = patchPositions, let old = other.patchPositions else { return true }
        return new.canBeInterpolated(from: old)
    }

    /// The tensors of a model that differs in nothing but sizes, under the names and in the shapes of this one.
    ///
    /// Tensors that need no change are the given ones.
    /// - Parameters:
    ///   - other: The configuration of the tensors.
    ///   - positions: How tables of another size are made; ``PositionTransfer/refuse`` leaves them.
    ///   - seed: The seed of the fresh model from which ``PositionTransfer/recompute`` takes them. The same seed gives the
    ///     same values.
    public func fitted(
        _ tensors: [String: Tensor],
        from other: ModelConfiguration,
        positions: PositionTransfer = .interpolate,
        seed: UInt64 = 0
    ) throws -> [String: Tensor] {
        var state = StateDictionary(tensors, path: "")
        try state.matchTextPrefix(nested: nestsTextParameters)
        let named = state.tensors
        guard positions != .refuse else { return named }
        var fitted = try vision.adapted(named, under: Self.imagePath + ".", from: other.vision)
        fitted = try text.adapted(fitted, under: textPath.map { $0 + "." } ?? "", from: other.text)
        guard positions == .recompute else { return fitted }
        var changed = Set(fitted.keys.filter { named[$0]?.shape != fitted[$0]?.shape })
        if patchPositions != other.patchPositions { changed.insert(Self.patchPositionsName) }
        guard !changed.isEmpty else { return fitted }
        let fresh = try CLIPModel(self, parameters: ParameterStore(seed: seed, drawingOnly: changed))
            .parameters
        for name in changed.sorted() {
            guard let tensor = fresh[name] else { continue }
            fitted[name] = try tensor.detached()
        }
        return fitted
    }

    /// Where the rows that tell an image's patches apart come from; nil where the image tower has none.
    public var patchPositions: PatchPositions? { vision.patchPositions }

    /// The name of the patches' positions in checkpoints.
    package static let patchPositionsName = "\(imagePath).\(VisionTransformer.positionsName)"
}
