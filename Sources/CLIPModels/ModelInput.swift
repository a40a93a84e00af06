public import Torch

/// What a model sees of a batch, or of a part of one.
public struct ModelInput {
    /// uint8 `[B, 3, H, W]`
    public var images: Tensor
    /// B·k texts: the k of the first image, then those of the second, and so on.
    public var texts: TextInput
    /// The place of the first row in the stage's stream.
    ///
    /// Positions never come twice in one stream, so `position + row` stands for the step and the row in it. A model
    /// that draws at random has to key each row's draw by it, and then draws the same in every part and every pass.
    /// A stage with a stream of its own starts from its beginning again.
    public var position: Int
    /// int64 `[B, K]`: the patches of each image that are computed, by their numbers in the grid, row after row; nil for all.
    ///
    /// They are drawn before the model sees them, so that each part and each pass computes the same.
    public var keptPatches: Tensor?

    /// Describes a batch.
    public init(images: Tensor, texts: TextInput, position: Int = 0, keptPatches: Tensor? = nil) {
        self.images = images
        self.texts = texts
        self.position = position
        self.keptPatches = keptPatches
    }

    /// The number of images.
    public var count: Int { images.size(0) }

    /// Parts of at most `size` images, in order; the last may be smaller.
    ///
    /// - Precondition: `size > 0`.
    public func parts(of size: Int) throws -> [ModelInput] {
        try stride(from: 0, to: count, by: size).map { try slice($0..<min($0 + size, count)) }
    }

    /// Some images, as a view of the same bytes, with their texts.
    private func slice(_ rows: Range<Int>) throws -> ModelInput {
        let captions = texts.count / count
        return ModelInput(
            images: try images.slice(rows),
            texts: try texts.slice(rows.lowerBound * captions..<rows.upperBound * captions),
            position: position + rows.lowerBound,
            keptPatches: try keptPatches?.slice(rows)
        )
    }
}
