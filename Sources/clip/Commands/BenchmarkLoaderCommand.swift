public import ArgumentParser
public import CLIPData
import CLIPTraining

struct BenchmarkLoaderCommand: ParsableCommand, ComputingCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "loader",
        abstract: "Measure how fast images are read, decoded and cropped.",
        discussion: """
            Images as training sees them, random crops included. Captions are read, and tokenized with --text.

            EXAMPLE:
              clip benchmark loader --data data/train --threads 2 --size 224 --decode exact --seconds 8
              clip benchmark loader --data 'data/{000..009}.tar' --threads 1 --json
              clip benchmark loader --data data/train --compare-decoding 1000
            """
    )

    @Option(
        name: .long,
        help: "Shards: a path, folder, glob or pattern; several joined by '::'.",
        completion: .file()
    )
    var data: String

    @Option(name: .long, parsing: .unconditional, help: "The side of the square images in pixels.")
    var size = 224

    @Option(
        name: .long,
        help: "How JPEGs are decoded: exact, or fast (at a fraction of their size where enough)."
    )
    var decode: ImageDecoder.Detail = .exact

    @Option(
        name: .long,
        parsing: .unconditional,
        help:
            "Instead of speed, report how far fast decoding is from exact on so many samples, with the same crops."
    )
    var compareDecoding: Int?

    @Option(name: .long, parsing: .unconditional, help: "How long to measure.")
    var seconds = 8.0

    @Option(name: .long, parsing: .unconditional, help: "Images in a batch.")
    var batch = 64

    @Option(name: .long, help: "Caption fields, separated by commas.")
    var captions = FieldList(names: ["txt"])

    @Flag(name: .long, help: "Tokenize the captions as well.")
    var text = false

    @Option(
        name: .long,
        help: "The order: global, blocks (shards one after another), or auto for what the data allows."
    )
    var shuffle: Shuffle = .auto

    @OptionGroup var cache: CacheOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let options = IndexOptions(threads: threads.count, remote: cache.remoteData)
        let source = try ShardDataset.opening([data], options: options)
        if let samples = compareDecoding {
            let report = try DecodingComparison(source: source, samples: samples, size: size).run()
            try output.present(report) {
                "fast against exact, \(report.images) images to \(size) px: mean absolute difference "
                    + "\(Figures.fixed(report.mean, 3)) of 255, in the worst image "
                    + "\(Figures.fixed(report.worst, 3)) (\(report.worstSample))"
            }
            return
        }
        let report = try LoaderBenchmark(
            source: source,
            threads: threads.count,
            size: size,
            detail: decode,
            order: shuffle.order(of: source),
            seconds: seconds,
            batch: batch,
            captions: CaptionPolicy(fields: captions.names),
            tokenizes: text
        ).run()
        try output.present(report) {
            "\(report.threads) threads to \(size) px, \(report.decode): "
                + "\(Figures.fixed(report.imagesPerSecond, 0)) images/s, "
                + "\(Figures.fixed(report.imagesPerSecondPerThread, 0)) for each thread"
        }
    }
}

extension ImageDecoder.Detail: ExpressibleByArgument {}

extension BenchmarkLoaderCommand {
    enum Shuffle: String, ExpressibleByArgument, CaseIterable {
        case auto, global, blocks

        func order(of source: ShardDataset) -> LoaderSettings.Order {
            switch self {
            case .global: .shuffled
            case .blocks: .blocks(window: Recipe.Source().window)
            case .auto: source.preferredOrder(window: Recipe.Source().window)
            }
        }
    }
}
