/// One row of an image batch, `[3, height, width]`, changed in place.
struct PlanarPixels {
    private let pixels: UnsafeMutableBufferPointer<UInt8>
    private let height: Int
    private let width: Int

    init(_ pixels: UnsafeMutableBufferPointer<UInt8>, height: Int, width: Int) {
        self.pixels = pixels
        self.height = height
        self.width = width
    }

    /// Swaps left and right.
    func mirror() {
        for row in 0..<3 * height {
            var line = UnsafeMutableBufferPointer(rebasing: pixels[row * width..<(row + 1) * width])
            line.reverse()
        }
    }
}
