import CLIPData
import CLIPModels
import Torch

/// A batch as a model takes it.
struct DeviceBatch {
    /// uint8 `[B, 3, H, W]`
    let images: Tensor
    /// B·k texts.
    let texts: TokenSequences
    /// int64 `[B]`
    let ordinals: Tensor
    /// int64 `[B]`: equal where captions are equal.
    let captionKeys: Tensor
    /// The place of the first row in the run's stream.
    var position = 0
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
        ordinals = try Tensor(batch.ordinals, on: device)
        captionKeys = try Tensor(batch.captionKeys.map { Int64(bitPattern: $0) }, on: device)
        position = batch.position
    }
}
