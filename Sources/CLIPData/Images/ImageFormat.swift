internal import CImageCodecs

/// A compressed image format that is decoded.
public enum ImageFormat: String, Sendable, Hashable, CaseIterable {
    case jpeg, png, webp

    init?(_ format: cic_format) {
        switch format {
        case CIC_FORMAT_JPEG: self = .jpeg
        case CIC_FORMAT_PNG: self = .png
        case CIC_FORMAT_WEBP: self = .webp
        default: return nil
        }
    }
}

/// What the first bytes of an image say.
public struct ImageHeader: Sendable, Hashable {
    /// The compressed format.
    public var format: ImageFormat
    /// The width in pixels, of the upright picture where the decoder applies orientations.
    public var width: Int
    /// The height in pixels, likewise.
    public var height: Int
    /// Whether the file holds several frames, of which the first is decoded.
    public var isAnimated: Bool
    /// How the stored pixels are turned; `.up` where the decoder ignores orientations.
    public var orientation: ImageOrientation = .up
}
