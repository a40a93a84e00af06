public import CLIPData
import CLIPEvaluation
public import CLIPModels
public import Torch

/// A batch as a training step takes it.
public struct DeviceBatch {
    /// What the model sees of it.
    public var input: ModelInput
    /// The samples' numbers in the index, `[B]`; they stay on the host, where per-sample state is addressed.
    public var ordinals: [Int64]
    /// int64 `[B·k]`: equal where captions are equal.
    public var captionKeys: Tensor
    /// Passes through the data that were complete when the batch began.
    public var epoch: Int

    /// Describes a batch.
    public init(input: ModelInput, ordinals: [Int64], captionKeys: Tensor, epoch: Int = 0) {
        self.input = input
        self.ordinals = ordinals
        self.captionKeys = captionKeys
        self.epoch = epoch
    }

    /// Captions of each image.
    public var captionsPerImage: Int { input.count == 0 ? 0 : input.texts.count / input.count }

    /// One row for each caption as one for each image: `[B·k, …] → [B, k, …]`, or `[B, …]` for one caption each.
    public func perImage(_ rows: Tensor) throws -> Tensor {
        guard captionsPerImage > 1 else { return rows }
        return try rows.reshaped([-1, captionsPerImage] + rows.shape.dropFirst())
    }
}

extension DeviceBatch {
    /// Views the batch's images, and copies them only where the device is another.
    ///
    /// - Parameters:
    ///   - epochLength: How many positions of the stream make one pass through the data, as `DataLoader.epochLength` says.
    ///     What a row's own `visit` counts are passes through its source, of which a weighted mixture has several.
    ///   - patches: Draws the patches that are computed; nil for all.
    /// - Precondition: `epochLength > 0`.
    public init(_ batch: Batch, on device: Device, epochLength: Int, patches: PatchSelection? = nil) throws {
        let images = try Tensor.viewing(
            batch.images.baseAddress,
            owner: batch.images,
            shape: [batch.count, 3, batch.height, batch.width],
            dtype: .uint8
        ).to(device)
        self.init(
            input: ModelInput(
                images: images,
                texts: try TextInput(batch.text, pooledCounts: batch.pooledCounts, on: device),
                position: batch.position,
                keptPatches: try patches?.patches(of: batch, on: device)
            ),
            ordinals: batch.ordinals,
            captionKeys: try Tensor(batch.captionKeys.map { Int64(bitPattern: $0) }, on: device),
            epoch: batch.position / epochLength
        )
    }
}
