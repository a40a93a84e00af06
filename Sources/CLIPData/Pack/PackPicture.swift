/// A decoded picture on a white ground, on its way into a shard.
struct PackPicture {
    var image: RGBImage
    /// What the file was.
    var format: ImageFormat

    /// Decodes a file in memory; the header is judged before anything of the picture's size is allocated.
    init(
        decoding bytes: UnsafeRawBufferPointer,
        maximumPixels: Int,
        workspace: ImageWorkspace
    ) throws(ImageDecodeError) {
        // A file that is written anew has no EXIF data, and 8 bits: it stands upright, and keeps its shades.
        let decoder = ImageDecoder(
            maxPixels: maximumPixels,
            alpha: .white,
            orientation: .apply,
            gray16: .scale,
            detail: .exact
        )
        format = try decoder.header(of: bytes, workspace: workspace).format
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
