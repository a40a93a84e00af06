import Torch

/// uint8 pixels to normalised patch rows: `(x / 255 − mean) / deviation`.
struct PixelNormalization {
    private let scale, shift: Tensor
    private let patch: Int

    init(mean: [Double], deviation: [Double], patch: Int, on device: Device) throws {
        self.patch = patch
        func spread(_ values: [Double]) throws -> Tensor {
            try Tensor(values.flatMap { [Float](repeating: Float($0), count: patch * patch) }, on: device)
        }
        scale = try spread(deviation.map { 1 / (255 * $0) })
        shift = try spread(zip(mean, deviation).map { -$0 / $1 })
    }

    /// uint8 (or floating, in 0…255) `[B, 3, H, W]` → float32 `[B·G², 3·P·P]`.
    func patches(of images: Tensor) throws -> Tensor {
        let shape = images.shape
        let (rows, columns) = (shape[2] / patch, shape[3] / patch)
        let cut = try images.reshaped([shape[0], 3, rows, patch, columns, patch]).permuted([0, 2, 4, 1, 3, 5])
            .reshaped([shape[0] * rows * columns, 3 * patch * patch])
        return try cut.to(scale.dtype) * scale + shift
    }
}
