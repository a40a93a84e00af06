internal import CImageCodecs

/// What evaluation does to an image: open_clip's transform up to `ToTensor`, without any draw.
public struct EvaluationTransform: Sendable, Hashable {
    /// How an image of another shape is fitted.
    public enum ResizeMode: String, Sendable, Hashable, CaseIterable {
        /// Scales until the image covers the output, and cuts the centre.
        case shortest
        /// Scales until the image fits inside the output, and fills the rest.
        case longest
        /// Scales both sides to the output, whatever the shape.
        case squash
    }

    /// The output height in pixels.
    public var height: Int
    /// The output width in pixels.
    public var width: Int
    /// How an image of another shape is fitted.
    public var resizeMode: ResizeMode
    /// How images are scaled: bicubic unless a model was trained otherwise.
    public var resampler: PillowResampler
    /// The value of every channel outside the image, for ``ResizeMode/longest``.
    public var fill: UInt8

    /// Creates a transform.
    public init(
        height: Int,
        width: Int,
        resizeMode: ResizeMode = .shortest,
        resampler: PillowResampler = PillowResampler(),
        fill: UInt8 = 0
    ) {
        self.height = height
        self.width = width
        self.resizeMode = resizeMode
        self.resampler = resampler
        self.fill = fill
    }

    /// Decodes and transforms one image into a row of a batch.
    ///
    /// - Parameters:
    ///   - encoded: The compressed image.
    ///   - decoder: How it is decoded.
    ///   - workspace: The calling worker's buffers.
    ///   - planes: `[3, height, width]`, red, green and blue. Its content is unspecified after an error.
    /// - Throws: `ImageDecodeError` when the image cannot be used.
    public func apply(
        to encoded: UnsafeRawBufferPointer,
        decoder: ImageDecoder = ImageDecoder(),
        workspace: ImageWorkspace,
        into planes: UnsafeMutableBufferPointer<UInt8>
    ) throws(ImageDecodeError) {
        precondition(planes.count == 3 * height * width, "a batch row holds [3, height, width] bytes")
        let header = try decoder.header(of: encoded, workspace: workspace)
        guard let size = scaledSize(width: header.width, height: header.height) else {
            throw .extremeShape(width: header.width, height: header.height)
        }
        let across = Self.fit(size.width, into: width), down = Self.fit(size.height, into: height)
        if across.count < width || down.count < height { planes.update(repeating: fill) }
        let offset = down.destination * width + across.destination
        try decoder.scale(
            header,
            region: .init(x: 0, y: 0, width: header.width, height: header.height),
            resampler: resampler,
            target: .init(
                width: size.width,
                height: size.height,
                window: .init(x: across.source, y: down.source, width: across.count, height: down.count)
            ),
            into: UnsafeMutableBufferPointer(rebasing: planes[offset...]),
            rowBytes: width,
            planeBytes: height * width,
            workspace: workspace
        )
    }
}
