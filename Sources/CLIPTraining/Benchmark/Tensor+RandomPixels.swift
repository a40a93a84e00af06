import Torch

extension Tensor {
    /// Random pixels, the same in every process: uint8 `[count, 3, side, side]`.
    static func randomPixels(_ count: Int, side: Int, on device: Device) throws -> Tensor {
        let generator = try RandomGenerator(seed: 5)
        let images = try Tensor.empty([count, 3, side, side], dtype: .uint8)
        // A few at a time: all of them in float32 would count into the peak of memory that is measured.
        for start in stride(from: 0, to: count, by: 64) {
            let rows = start..<min(start + 64, count)
            let pixels = try Tensor.empty([rows.count, 3, side, side])
            try generator.fillUniform(pixels, in: 0..<256)
            try images.slice(rows).copy(from: pixels)
        }
        return try images.to(device)
    }
}
