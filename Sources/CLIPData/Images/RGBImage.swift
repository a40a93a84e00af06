/// A decoded image of 8-bit red, green and blue.
public struct RGBImage: Sendable, Hashable {
    /// The width in pixels.
    public let width: Int
    /// The height in pixels.
    public let height: Int
    /// `[height, width, 3]` in row-major order.
    public let pixels: [UInt8]

    /// Creates an image from packed rows.
    ///
    /// - Precondition: both sides are positive and `pixels` holds `height · width · 3` bytes.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "an image has at least one pixel")
        precondition(pixels.count == width * height * 3, "an image holds three bytes a pixel")
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
