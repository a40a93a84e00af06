/// What `DataCheck` looks at, and from where on data is not usable.
public struct DataCheckSettings: Sendable, Hashable {
    /// Caption fields in order of preference, as in a caption policy: a sample's caption is the first usable one.
    public var captions = ["txt"]
    /// Suffixes of the image field; the first that a sample has counts.
    public var imageFields = UsualNames.imageFields {
        didSet { imageFields = ImageFields.suffixes(imageFields) }
    }
    /// The tokens that a model's text tower takes, start and end of text included.
    public var contextLength = 77
    /// The side in pixels of the images that training sees.
    public var imageSize = 224
    /// Images with more pixels are refused, as in training.
    public var maximumPixels = ImageDecoder().maxPixels
    /// What becomes of transparency, as in training.
    public var alpha = ImageDecoder.Alpha.drop
    /// Look at so many samples, drawn at random; nil looks at all.
    public var sampleLimit: Int?
    /// The seed of the random sample and of the pictures that the sheet shows.
    public var seed: UInt64 = 0
    /// The share of bad samples above which data is not usable; the default is the trainer's.
    public var maximumBadShare = 0.05
    /// Images whose perceptual hashes differ in at most so many of 64 bits are near duplicates; nil leaves the search
    /// out.
    public var nearDistance: Int? = 4
    /// Threads that read and decode; the result does not depend on it.
    public var threads = 2

    /// The distances that `nearDistance` may have.
    public static let nearDistances = 0...8

    /// Creates the default settings.
    public init() {}

    /// Reads pictures as training would.
    var decoder: ImageDecoder { ImageDecoder(maxPixels: maximumPixels, alpha: alpha) }

    /// - Throws: `LoaderError.setting` with the first setting that is out of range.
    func validate() throws(LoaderError) {
        func check(_ isGood: Bool, _ name: String, _ found: Any, _ expected: String) throws(LoaderError) {
            if !isGood { throw .setting(name: name, found: "\(found)", expected: expected) }
        }
        try check(!captions.isEmpty, "list of caption fields", "empty", "at least one name")
        try check(!imageFields.isEmpty, "list of image fields", "empty", "at least one suffix")
        try check(contextLength > 2, "context length", contextLength, "at least 3")
        try check((1...65536).contains(imageSize), "image size", imageSize, "1 to 65536")
        try check(maximumPixels > 0, "maximum of pixels", maximumPixels, "at least 1")
        try check((sampleLimit ?? 1) > 0, "sample", sampleLimit ?? 0, "at least 1")
        try check(
            (0...1).contains(maximumBadShare),
            "maximum share of bad samples",
            maximumBadShare,
            "0 to 1"
        )
        let distance = nearDistance ?? 0
        try check(Self.nearDistances.contains(distance), "distance of near duplicates", distance, "0 to 8")
        try check((1...1024).contains(threads), "number of threads", threads, "1 to 1024")
    }
}
