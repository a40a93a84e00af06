/// A decoded picture on its way into a shard, as those will see it who read that.
struct PackPicture {
    var image: RGBImage
    /// What the file was.
    var format: ImageFormat

    /// Decodes a file in memory; the header is judged before anything of the picture's size is allocated.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - maximumPixels: Larger pictures are refused.
    ///   - keptSide: A picture whose longer side is no longer stays the file that it is, and is seen as `clip data check`
    ///     and training see it; nil where all are written anew.
    ///   - alpha: What becomes of transparency; nil leaves it out where the file stays, and composites on white where it is
    ///     written anew, without an alpha channel.
    ///   - workspace: Memory for it.
    init(
        decoding bytes: UnsafeRawBufferPointer,
        maximumPixels: Int,
        keptSide: Int? = nil,
        alpha: ImageDecoder.Alpha? = nil,
        workspace: ImageWorkspace
    ) throws(ImageDecodeError) {
        var decoder = ImageDecoder(maxPixels: maximumPixels)
        let header = try decoder.header(of: bytes, workspace: workspace)
        format = header.format
        if let alpha { decoder.alpha = alpha }
        if max(header.width, header.height) > keptSide ?? 0 {
            // A file that is written anew has no EXIF data, and 8 bits: it stands upright, and keeps its shades.
            decoder.alpha = alpha ?? .white
            decoder.orientation = .apply
            decoder.gray16 = .scale
        }
        image = try decoder.decode(bytes, workspace: workspace)
    }

    /// Whether all pixels have the same colour.
    var isBlank: Bool {
        image.pixels.withUnsafeBufferPointer { $0.dropFirst(3).elementsEqual($0.dropLast(3)) }
    }

    /// The size with the longer side at most `side`, with the proportions kept.
    static func size(width: Int, height: Int, maximumSide side: Int) -> (width: Int, height: Int) {
        let longer = max(width, height)
        guard longer > side else { return (width, height) }
        return (max(1, (width * side + longer / 2) / longer), max(1, (height * side + longer / 2) / longer))
    }

    /// Scales with antialiased bicubic filtering.
    mutating func scale(width: Int, height: Int, workspace: ImageWorkspace) throws(ImageResizeError) {
        image = try PillowResampler().resize(image, width: width, height: height, workspace: workspace)
    }
}

extension PackDrop {
    init(_ error: ImageDecodeError) {
        self =
            switch error {
            case .tooManyPixels, .outOfMemory: .tooManyPixels
            case .unsupported: .unsupported
            default: .damaged
            }
    }
}
