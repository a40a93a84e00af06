import CLIPData
import CLIPModels
import Torch

/// A batch as a model takes it.
struct DeviceBatch {
    /// uint8 `[B, 3, H, W]`
    let images: Tensor
    /// B·k texts.
    let texts: TokenSequences
    /// B places in the data set, on the host: state per sample is kept there.
    let ordinals: [Int64]
    /// int64 `[B·k]`: equal where captions are equal.
    let captionKeys: Tensor
    /// The place of the first row in the run's stream.
    var position = 0
    /// Captions of each image.
    var captionsPerImage = 1
    /// Passes through the data that were complete when the batch began.
    var epoch = 0

    /// One row for each caption as one for each image: `[B·k, …] → [B, k, …]`, or `[B, …]` for one caption each.
    func perImage(_ rows: Tensor) throws -> Tensor {
        guard captionsPerImage > 1 else { return rows }
        return try rows.reshaped([-1, captionsPerImage] + rows.shape.dropFirst())
    }
}

extension DeviceBatch {
    /// Views the batch's memory, and copies it only where the device is another.
    init(_ batch: Batch, on device: Device) throws {
        images = try Tensor.viewing(
            batch.images.baseAddress,
            owner: batch.images,
            shape: [batch.count, 3, batch.height, batch.width],
            dtype: .uint8
        ).to(device)
        switch batch.text {
        case .tokens(let ids, let offsets): texts = TokenSequences(ids: ids, offsets: offsets)
        }
        ordinals = batch.ordinals
        captionKeys = try Tensor(batch.captionKeys.map { Int64(bitPattern: $0) }, on: device)
        captionsPerImage = batch.captionsPerImage ?? 1
        epoch = Int(batch.visits.first ?? 0)
        position = batch.position
    }
}
