internal import CImageCodecs

/// Compresses images.
public enum ImageEncoder: Sendable, Hashable {
    /// Lossless; zlib level 0 (fast) to 9 (small).
    case png(level: Int = 6)
    /// Lossy; quality 1 to 100, with chroma at half resolution unless `fullChroma`.
    case jpeg(quality: Int = 90, fullChroma: Bool = false)

    /// Compresses one image.
    ///
    /// - Throws: `ImageEncodeError` when the level or quality is out of range, the image is larger than the
    ///   format allows, or there is no memory.
    public func encode(_ image: RGBImage) throws(ImageEncodeError) -> [UInt8] {
        guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height) else {
            throw .invalid(width: image.width, height: image.height, encoder: self)
        }
        var output = cic_buffer()
        defer { cic_buffer_free(&output) }
        let status = image.pixels.withUnsafeBufferPointer { pixels in
            switch self {
            case .png(let level):
                cic_encode_png(pixels.baseAddress, width, height, Int32(clamping: level), &output)
            case .jpeg(let quality, let fullChroma):
                cic_encode_jpeg(
                    pixels.baseAddress,
                    width,
                    height,
                    Int32(clamping: quality),
                    fullChroma,
                    &output
                )
            }
        }
        switch status {
        case CIC_OK: return Array(UnsafeBufferPointer(start: output.bytes, count: output.count))
        case CIC_INVALID: throw .invalid(width: image.width, height: image.height, encoder: self)
        default: throw .outOfMemory
        }
    }
}

/// Why an image was not compressed.
public enum ImageEncodeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The settings or the size are outside what the format allows.
    case invalid(width: Int, height: Int, encoder: ImageEncoder)
    /// There is no memory for the result.
    case outOfMemory

    /// What was found and what was expected.
    public var description: String {
        switch self {
        case .invalid(let width, let height, .png(let level)):
            "cannot write a PNG of \(width)×\(height) at level \(level): levels are 0 to 9, sides at most 1000000"
        case .invalid(let width, let height, .jpeg(let quality, _)):
            "cannot write a JPEG of \(width)×\(height) at quality \(quality): qualities are 1 to 100, sides at most 65500"
        case .outOfMemory:
            "no memory for the compressed image"
        }
    }
}
