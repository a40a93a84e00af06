internal import CImageCodecs

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

    /// Changes colours.
    func apply(_ step: ColourChange.Step) {
        let start = pixels.baseAddress, count = height * width
        switch step {
        case .brightness(let factor): cic_adjust_brightness(start, count, factor)
        case .contrast(let factor): cic_adjust_contrast(start, count, factor)
        case .saturation(let factor): cic_adjust_saturation(start, count, factor)
        case .hue(let shift): cic_adjust_hue(start, count, shift)
        case .gray: cic_gray(start, count)
        }
    }
}
