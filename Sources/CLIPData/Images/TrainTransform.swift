internal import CImageCodecs

/// What training does to an image: a random crop, scaled, perhaps mirrored and with other colours.
///
/// Equal to open_clip's training transform up to `ToTensor`, with transparency resolved before scaling.
/// Colours are normalised later, by the model on its device (see ``Normalization``).
public struct TrainTransform: Sendable, Hashable {
    /// The output height in pixels.
    public var height: Int
    /// The output width in pixels.
    public var width: Int
    /// The distribution of crops.
    public var crop: RandomResizedCrop
    /// How images are scaled: bicubic unless a model was trained otherwise.
    public var resampler: PillowResampler
    /// The probability of mirroring left and right; open_clip uses none.
    public var horizontalFlip: Double
    /// Changes of colour; open_clip makes none unless asked to.
    public var colour: ColourChange

    /// Creates a transform.
    public init(
        height: Int,
        width: Int,
        crop: RandomResizedCrop = RandomResizedCrop(),
        resampler: PillowResampler = PillowResampler(),
        horizontalFlip: Double = 0,
        colour: ColourChange = ColourChange()
    ) {
        self.height = height
        self.width = width
        self.crop = crop
        self.resampler = resampler
        self.horizontalFlip = horizontalFlip
        self.colour = colour
    }

    /// Decodes and transforms one image into a row of a batch.
    ///
    /// The draws are, in order: the crop's, then one for mirroring if `horizontalFlip` is positive. Colours are drawn
    /// from the stream of `.colour` for the same visit, so that they disturb neither.
    /// - Parameters:
    ///   - encoded: The compressed image.
    ///   - decoder: How it is decoded.
    ///   - random: Where draws come from.
    ///   - workspace: The calling worker's buffers.
    ///   - planes: `[3, height, width]`, red, green and blue. Its content is unspecified after an error.
    /// - Throws: `ImageDecodeError` when the image cannot be used.
    public func apply(
        to encoded: UnsafeRawBufferPointer,
        decoder: ImageDecoder = ImageDecoder(),
        random: inout CounterRandom,
        workspace: ImageWorkspace,
        into planes: UnsafeMutableBufferPointer<UInt8>
    ) throws(ImageDecodeError) {
        precondition(planes.count == 3 * height * width, "a batch row holds [3, height, width] bytes")
        let header = try decoder.header(of: encoded, workspace: workspace)
        let region = crop.region(width: header.width, height: header.height, random: &random)
        try decoder.scale(
            header,
            region: region,
            resampler: resampler,
            target: .init(width: width, height: height),
            into: planes,
            rowBytes: width,
            planeBytes: height * width,
            workspace: workspace
        )
        let row = PlanarPixels(planes, height: height, width: width)
        if horizontalFlip > 0, random.uniform() < horizontalFlip { row.mirror() }
        guard colour.isActive else { return }
        var colours = random.stream(of: .colour)
        for step in colour.steps(using: &colours) { row.apply(step) }
    }
}
