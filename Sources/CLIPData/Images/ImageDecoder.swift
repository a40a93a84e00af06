internal import CImageCodecs

/// Turns JPEG, PNG and WebP into 8-bit RGB, with the same pixels as Pillow's `convert("RGB")`.
///
/// Gray is repeated, CMYK is converted, 16 bits are reduced, palettes are looked up; of an animation the first
/// frame counts. The header is checked against `maxPixels` before anything is allocated for the pixels.
public struct ImageDecoder: Sendable, Hashable {
    /// What becomes of transparency.
    public enum Alpha: String, Codable, Sendable, Hashable, CaseIterable {
        /// Transparent parts become white.
        case white
        /// Transparency is ignored: the colours that lie under it appear.
        case drop
    }

    /// What becomes of the orientation that a picture's metadata ask for.
    public enum Orientation: String, Sendable, Hashable, CaseIterable {
        /// Pixels stand as they are stored, as where Pillow opens a file and nothing more is done.
        case ignore
        /// Pixels are turned upright before anything else happens to them, as by Pillow's `ImageOps.exif_transpose`.
        case apply
    }

    /// What becomes of gray of 16 bits.
    public enum Gray16: String, Sendable, Hashable, CaseIterable {
        /// Values above 255 become 255, as in Pillow.
        case clip
        /// Values lose their low byte, as 16-bit colours do.
        case scale
    }

    /// How much of a JPEG is decoded.
    public enum Detail: String, Sendable, Hashable, CaseIterable {
        /// Every pixel that the crop needs, as Pillow decodes it.
        case exact
        /// At 1/2, 1/4 or 1/8 of the size where the wanted crop keeps at least its final size that way, and scaled
        /// before colours are converted. Close to `exact`, not equal; formats other than JPEG do not change.
        case fast
    }

    /// The most pixels an image may have.
    public var maxPixels: Int
    /// What becomes of transparency.
    public var alpha: Alpha
    /// What becomes of orientations.
    public var orientation: Orientation
    /// What becomes of gray of 16 bits.
    public var gray16: Gray16
    /// How much of a JPEG is decoded when a transform asks for a smaller image.
    public var detail: Detail

    /// Creates a decoder; by default pixels are those of Pillow's `Image.open(file).convert("RGB")`.
    public init(
        maxPixels: Int = 25_000_000,
        alpha: Alpha = .drop,
        orientation: Orientation = .ignore,
        gray16: Gray16 = .clip,
        detail: Detail = .exact
    ) {
        self.maxPixels = maxPixels
        self.alpha = alpha
        self.orientation = orientation
        self.gray16 = gray16
        self.detail = detail
    }

    /// Reads format and size from the first bytes.
    ///
    /// - Throws: `ImageDecodeError` when the header cannot be read or declares more than `maxPixels`.
    public func header(
        of encoded: UnsafeRawBufferPointer,
        workspace: ImageWorkspace
    ) throws(ImageDecodeError) -> ImageHeader {
        var header = cic_header()
        let status = cic_decoder_open(
            workspace.decoder,
            encoded.baseAddress?.assumingMemoryBound(to: UInt8.self),
            encoded.count,
            UInt64(clamping: maxPixels),
            &header
        )
        guard status == CIC_OK, let format = ImageFormat(header.format) else {
            throw error(status, header: header, workspace: workspace)
        }
        let turn = orientation == .apply ? ImageOrientation(of: encoded) ?? .up : .up
        let sides = (Int(header.width), Int(header.height))
        return ImageHeader(
            format: format,
            width: turn.swapsSides ? sides.1 : sides.0,
            height: turn.swapsSides ? sides.0 : sides.1,
            isAnimated: header.animated,
            orientation: turn
        )
    }

    /// Decodes a whole image.
    ///
    /// - Throws: `ImageDecodeError` when it cannot be decoded.
    public func decode(
        _ encoded: UnsafeRawBufferPointer,
        workspace: ImageWorkspace
    ) throws(ImageDecodeError) -> RGBImage {
        let header = try header(of: encoded, workspace: workspace)
        let whole = PixelRegion(x: 0, y: 0, width: header.width, height: header.height)
        let decoded =
            try header.orientation == .up
            ? read(header, reduction: 1, workspace: workspace)
            : readUpright(header, region: whole, workspace: workspace)
        let count = decoded.width * decoded.height * 3
        return RGBImage(
            width: decoded.width,
            height: decoded.height,
            pixels: Array(UnsafeBufferPointer(start: decoded.pixels, count: count))
        )
    }

    /// Decodes a whole image with a workspace of its own; loops should share one.
    ///
    /// - Throws: `ImageDecodeError` when it cannot be decoded.
    public func decode(_ encoded: [UInt8]) throws(ImageDecodeError) -> RGBImage {
        let workspace = ImageWorkspace()
        // The closure's own error type is lost in this standard-library call, so the result carries it.
        let result: Result<RGBImage, ImageDecodeError> = encoded.withUnsafeBytes { bytes in
            do throws(ImageDecodeError) {
                return .success(try decode(bytes, workspace: workspace))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// What a status of the codecs means, in the words of the last call.
    func error(
        _ status: cic_status,
        header: cic_header,
        workspace: ImageWorkspace
    ) -> ImageDecodeError {
        let detail = String(cString: cic_decoder_message(workspace.decoder))
        let format = ImageFormat(header.format)
        switch (status, format) {
        case (CIC_EMPTY, _): return .empty
        case (CIC_OUT_OF_MEMORY, _): return .outOfMemory
        case (CIC_TOO_LARGE, _):
            return .tooManyPixels(width: Int(header.width), height: Int(header.height), limit: maxPixels)
        case (CIC_TRUNCATED, let format?): return .truncated(format, detail: detail)
        case (CIC_CORRUPT, let format?): return .corrupt(format, detail: detail)
        case (_, let format?): return .unsupported(found: "\(format.rawValue) (\(detail))")
        case (_, nil): return .unsupported(found: detail)
        }
    }
}

extension ImageFormat {
    var codecFormat: cic_format {
        switch self {
        case .jpeg: CIC_FORMAT_JPEG
        case .png: CIC_FORMAT_PNG
        case .webp: CIC_FORMAT_WEBP
        }
    }
}

/// Packed RGB rows in a workspace's buffer, valid until the workspace decodes again.
struct DecodedPixels {
    /// Bytes behind the last row that vector loads may touch.
    static let slack = 64

    var pixels: UnsafePointer<UInt8>
    var end: UnsafePointer<UInt8>
    var width: Int
    var height: Int
}
