public import CLIPData
public import CLIPModels
public import CLIPText
public import RemoteFiles

/// How an evaluation runs; but for ``pixels`` and ``textReduction``, none of it changes a result beyond the rounding of the towers.
public struct EvaluationOptions: Sendable {
    /// Images that go through the tower at a time.
    public var imageBatch: Int
    /// Texts that go through the tower at a time.
    public var textBatch: Int
    /// Threads that decode images.
    public var threads: Int
    /// Most similarities that are in memory at a time.
    public var scoreBlock: Int
    /// How files become pixels where it is to be another way than the checkpoint's.
    public var pixels: PixelReading.Changes
    /// Which tokens of long texts stay; nil for the first ones, as many as the model takes. Draws belong to the text.
    public var textReduction: TextReducer?
    /// Images with more pixels are refused.
    public var maximumPixels: Int
    /// Suffixes of the image field in shards; the first that a sample has counts.
    public var imageFields: [String]
    /// The share of bad samples above which an evaluation on shards stops.
    public var maximumBadSampleRate: Double

    /// Ends an evaluation after the batch in work, with `RemoteError.stopped`; nil for none.
    public var stop: StopSignal?

    /// Creates options.
    public init(
        imageBatch: Int = 64,
        textBatch: Int = 256,
        threads: Int = 2,
        scoreBlock: Int = 1 << 21,
        pixels: PixelReading.Changes = .init(),
        textReduction: TextReducer? = nil,
        maximumPixels: Int = ImageDecoder().maxPixels,
        imageFields: [String] = UsualNames.imageFields,
        maximumBadSampleRate: Double = 0.1,
        stop: StopSignal? = nil
    ) {
        self.stop = stop
        self.imageBatch = imageBatch
        self.textBatch = textBatch
        self.threads = threads
        self.scoreBlock = scoreBlock
        self.pixels = pixels
        self.textReduction = textReduction
        self.maximumPixels = maximumPixels
        self.imageFields = imageFields
        self.maximumBadSampleRate = maximumBadSampleRate
    }

    /// - Throws: ``EvaluationError/option(name:found:expected:)`` with the first value that is out of range.
    func validate() throws(EvaluationError) {
        for (name, value) in [
            ("image batch", imageBatch), ("text batch", textBatch), ("number of threads", threads),
            ("score block", scoreBlock), ("most pixels of an image", maximumPixels),
        ] where value < 1 {
            throw .option(name: name, found: "\(value)", expected: "at least 1")
        }
    }
}
