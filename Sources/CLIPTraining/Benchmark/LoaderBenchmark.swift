public import CLIPData
import CLIPText
import Foundation

/// Measures how many training images a loader makes in a second, without a model that takes them.
public struct LoaderBenchmark {
    /// The samples.
    public var source: any SampleSource
    /// Worker threads.
    public var threads: Int
    /// The side of the square images.
    public var size: Int
    /// How JPEGs are decoded.
    public var detail: ImageDecoder.Detail
    /// The order in which samples come.
    public var order: LoaderSettings.Order
    /// How long to measure.
    public var seconds: Double
    /// Images in a batch.
    public var batch: Int
    /// The caption field.
    public var captions: CaptionPolicy
    /// Whether captions are tokenized as well; otherwise they are read and dropped.
    public var tokenizes: Bool

    /// Describes a benchmark.
    public init(
        source: any SampleSource,
        threads: Int,
        size: Int = 224,
        detail: ImageDecoder.Detail = .exact,
        order: LoaderSettings.Order = .shuffled,
        seconds: Double = 8,
        batch: Int = 64,
        captions: CaptionPolicy,
        tokenizes: Bool = false
    ) {
        self.source = source
        self.threads = threads
        self.size = size
        self.detail = detail
        self.order = order
        self.seconds = seconds
        self.batch = batch
        self.captions = captions
        self.tokenizes = tokenizes
    }

    /// Runs the loader, first until start-up and the prefetched batches are behind, then for the given time.
    ///
    /// - Throws: ``BenchmarkError`` for settings out of range, and the loader's errors.
    public func run() throws -> LoaderBenchmarkReport {
        try BenchmarkError.check("the image size", size, 1...1 << 14)
        guard seconds > 0, seconds.isFinite else {
            throw BenchmarkError.setting(
                name: "the time",
                found: "\(seconds)",
                expected: "more than 0 seconds"
            )
        }
        let settings = LoaderSettings(batchSize: batch, captions: captions, threads: threads, order: order)
        let loader = try DataLoader(
            source: source,
            settings: settings,
            images: TrainingImages(
                TrainTransform(height: size, width: size),
                decoder: ImageDecoder(detail: detail)
            ),
            tokenize: try tokenization()
        )
        loader.start()
        defer { loader.shutdown() }
        for _ in 0..<settings.prefetch + 2 { _ = try loader.next() }
        let start = ContinuousClock.now
        var images = 0
        var elapsed = 0.0
        while elapsed < seconds, let rows = try loader.next() {
            images += rows.count
            elapsed = start.secondsSince
        }
        return LoaderBenchmarkReport(
            threads: threads,
            size: size,
            decode: detail.rawValue,
            images: images,
            seconds: elapsed,
            imagesPerSecond: Double(images) / elapsed,
            imagesPerSecondPerThread: Double(images) / elapsed / Double(threads),
            badSamples: loader.counters.faults.total
        )
    }

    private func tokenization() throws -> @Sendable (String) -> [Int32] {
        guard tokenizes else { return { _ in [0] } }
        let tokenizer = try CLIPTokenizer.bundled()
        return { tokenizer.tokens($0, contextLength: 77) }
    }
}

/// What a loader benchmark measured.
public struct LoaderBenchmarkReport: Codable, Equatable, Sendable {
    /// Worker threads.
    public var threads: Int
    /// The side of the square images.
    public var size: Int
    /// How JPEGs were decoded.
    public var decode: String
    /// Images in the measured time.
    public var images: Int
    /// The measured time.
    public var seconds: Double
    /// Images in a second.
    public var imagesPerSecond: Double
    /// Images in a second for each worker thread.
    public var imagesPerSecondPerThread: Double
    /// Samples that could not be used.
    public var badSamples: Int

    enum CodingKeys: String, CodingKey {
        case threads, size, decode, images, seconds
        case imagesPerSecond = "images_per_second"
        case imagesPerSecondPerThread = "images_per_second_per_thread"
        case badSamples = "bad_samples"
    }
}
