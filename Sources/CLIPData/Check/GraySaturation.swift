/// Finds pictures of 16-bit gray that become white, as they do for Pillow: all values above 255 do.
enum GraySaturation {
    /// A share of white pixels that is no accident.
    private static let share = 0.1

    /// Whether a PNG has 16 bits of gray and much of it is white once it is decoded.
    ///
    /// - Parameter pixels: The decoded picture, three bytes a pixel.
    static func isVisible(_ encoded: UnsafeRawBufferPointer, _ pixels: UnsafeRawBufferPointer) -> Bool {
        // Signature 8, length 4, IHDR 4, width 4, height 4, depth, colour type.
        guard encoded.count > 25, encoded.starts(with: [0x89, 0x50, 0x4E, 0x47]), encoded[24] == 16,
            encoded[25] == 0, !pixels.isEmpty
        else { return false }
        return Double(pixels.count { $0 == 255 }) > share * Double(pixels.count)
    }
}
