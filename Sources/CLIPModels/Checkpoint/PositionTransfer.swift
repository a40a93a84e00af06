public import Torch
import TorchNN

/// What becomes of position embeddings where a model takes images of another size, or another number of text positions,
/// than the weights were trained with.
public enum PositionTransfer: String, Sendable, CaseIterable {
    /// Such weights are refused.
    case refuse
    /// Tables are resized as open_clip does: bicubic with antialiasing over the grid of patches, where the class token keeps
    /// its row; linear over text positions.
    case interpolate
    /// Tables whose size changes start as those of a fresh model do.
    case recompute
}

extension ModelConfiguration {
    /// What differs from the other where it is nothing but the size of images and the number of text positions, as
    /// `vision_cfg.image_size is 224 there and 336 in model.config`; nil where more differs.
    public func sizeDifferences(from other: ModelConfiguration) -> [String]? {
        let length = text.kind.contextLength
        let resized = try? other.resized(
            imageSize: vision.imageSize == other.vision.imageSize ? nil : vision.imageSize,
            contextLength: length == other.text.kind.contextLength ? nil : length
        )
        guard let resized, towerDifferences(from: resized).isEmpty else { return nil }
        return towerDifferences(from: other)
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
        let changed = fitted.filter { named[$0.key]?.shape != $0.value.shape }.keys
        guard positions == .recompute, !changed.isEmpty else { return fitted }
        let fresh = try CLIPModel(self, parameters: ParameterStore(.initialize(seed: seed))).parameters
        for name in changed {
            guard let tensor = fresh[name] else { continue }
            fitted[name] = try tensor.detached()
        }
        return fitted
    }
}
