/// Turns an encoded image into one row of a batch.
public protocol ImageTransforming: Sendable {
    /// The row's width in pixels.
    var width: Int { get }
    /// The row's height in pixels.
    var height: Int { get }
    /// Whether samples need a picture, which is read.
    var readsImages: Bool { get }

    /// Decodes `encoded` and writes `3 × height × width` bytes, planes of red, green and blue.
    ///
    /// Called from several threads at a time, each with its own workspace. All randomness comes from `random`.
    /// - Throws: Any error; one that is a `SampleFaultError` says by which kind it counts.
    func transform(
        _ encoded: UnsafeRawBufferPointer,
        into row: UnsafeMutableBufferPointer<UInt8>,
        using random: inout CounterRandom,
        workspace: ImageWorkspace
    ) throws
}

extension ImageTransforming {
    /// Yes.
    public var readsImages: Bool { true }
}

/// What happens to the pixels of an encoded image on their way into a batch.
public protocol PixelTransform: Sendable {
    /// The output width in pixels.
    var width: Int { get }
    /// The output height in pixels.
    var height: Int { get }

    /// Decodes and transforms one image into `[3, height, width]` bytes.
    ///
    /// `random` is the stream of `.crop` for this visit of the sample, from which those of other purposes come.
    /// - Throws: `ImageDecodeError` when the image cannot be used.
    func apply(
        to encoded: UnsafeRawBufferPointer,
        decoder: ImageDecoder,
        random: inout CounterRandom,
        workspace: ImageWorkspace,
        into planes: UnsafeMutableBufferPointer<UInt8>
    ) throws(ImageDecodeError)
}

extension TrainTransform: PixelTransform {}

extension EvaluationTransform: PixelTransform {
    /// Decodes and transforms one image; nothing is drawn.
    public func apply(
        to encoded: UnsafeRawBufferPointer,
        decoder: ImageDecoder,
        random: inout CounterRandom,
        workspace: ImageWorkspace,
        into planes: UnsafeMutableBufferPointer<UInt8>
    ) throws(ImageDecodeError) {
        try apply(to: encoded, decoder: decoder, workspace: workspace, into: planes)
    }
}

/// Encoded images, decoded and transformed.
public struct TransformedImages<Transform: PixelTransform>: ImageTransforming {
    /// How images are decoded.
    public var decoder: ImageDecoder
    /// What happens to them.
    public var transform: Transform

    /// Combines a decoder and a transform.
    public init(_ transform: Transform, decoder: ImageDecoder = ImageDecoder()) {
        self.transform = transform
        self.decoder = decoder
    }

    /// The output width in pixels.
    public var width: Int { transform.width }
    /// The output height in pixels.
    public var height: Int { transform.height }

    /// - Throws: `ImageDecodeError`.
    public func transform(
        _ encoded: UnsafeRawBufferPointer,
        into row: UnsafeMutableBufferPointer<UInt8>,
        using random: inout CounterRandom,
        workspace: ImageWorkspace
    ) throws {
        try transform.apply(
            to: encoded,
            decoder: decoder,
            random: &random,
            workspace: workspace,
            into: row
        )
    }
}

/// Images as training sees them: decoded, cropped at random, perhaps mirrored.
public typealias TrainingImages = TransformedImages<TrainTransform>

/// Images as evaluation sees them; nothing is random.
public typealias EvaluationImages = TransformedImages<EvaluationTransform>

extension ImageDecodeError: SampleFaultError {
    /// The kind without particulars.
    public var faultKind: FaultKind { FaultKind(rawValue: "image: \(kind)") }
}
