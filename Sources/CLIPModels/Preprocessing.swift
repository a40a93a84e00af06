/// How a picture becomes a model's input: open_clip's `preprocess_cfg`, and how a file becomes pixels.
public struct Preprocessing: Sendable, Equatable {
    /// How an image of another shape is made square for evaluation.
    public enum ResizeMode: String, Sendable, CaseIterable {
        /// Scaled until it covers the square; the centre is cut.
        case shortest
        /// Scaled until it fits inside; the rest is filled.
        case longest
        /// Both sides scaled to the square's.
        case squash
    }

    /// How pixels are interpolated.
    public enum Interpolation: String, Sendable, CaseIterable {
        /// Cubic with a = -1/2.
        case bicubic
        /// Linear.
        case bilinear
    }

    /// Mean and standard deviation of the channels, of values in 0…1.
    public var mean, deviation: [Double]
    /// How pixels are interpolated.
    public var interpolation: Interpolation
    /// How an image of another shape is made square for evaluation.
    public var resizeMode: ResizeMode
    /// How a file becomes pixels.
    public var pixels: PixelReading

    /// Creates a description; the default is OpenAI's.
    public init(
        mean: [Double] = [0.48145466, 0.4578275, 0.40821073],
        deviation: [Double] = [0.26862954, 0.26130258, 0.27577711],
        interpolation: Interpolation = .bicubic,
        resizeMode: ResizeMode = .shortest,
        pixels: PixelReading = PixelReading()
    ) {
        self.mean = mean
        self.deviation = deviation
        self.interpolation = interpolation
        self.resizeMode = resizeMode
        self.pixels = pixels
    }
}
