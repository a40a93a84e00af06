import Torch

/// uint8 pixels to normalised ones: `(x / 255 − mean) / deviation`.
struct PixelNormalization {
    private let scale, shift: Tensor

    init(mean: [Double], deviation: [Double], on device: Device) throws {
        func spread(_ values: [Double]) throws -> Tensor {
            try Tensor(values.map { Float($0) }, on: device).reshaped([3, 1, 1])
        }
        scale = try spread(deviation.map { 1 / (255 * $0) })
        shift = try spread(zip(mean, deviation).map { -$0 / $1 })
    }

    /// uint8 (or floating, in 0…255) `[B, 3, H, W]` → float32 `[B, 3, H, W]`.
    func callAsFunction(_ images: Tensor) throws -> Tensor {
        let scaled = try images.to(scale.dtype) * scale
        try scaled.add(shift)
        return scaled
    }
}
