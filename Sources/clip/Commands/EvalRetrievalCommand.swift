import ArgumentParser
import CLIPData
import CLIPEvaluation
import CLIPText

struct EvalRetrievalCommand: ParsableCommand, ComputingCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieval",
        abstract: "Find images by their captions, and captions by their images.",
        discussion: """
            An image may have several captions: in several fields, or one on each line of a field. The metrics have \
            CLIP_benchmark's names.

            EXAMPLE:
              clip eval retrieval --checkpoint runs/demo --data data/demo/retrieval --caption-per-line
              clip eval retrieval --checkpoint models/start --data 'data/{00..03}.tar' --captions txt,description.txt --json
            """
    )

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: "Shards: paths, folders, globs or patterns; or a folder of CLIP_benchmark.",
        completion: .file()
    )
    var data: [String]

    @Option(
        name: .long,
        help: "Caption fields (members of the shards), separated by commas; all that a sample has count."
    )
    var captions = FieldList(names: ["txt"])

    @Flag(
        name: .long,
        inversion: .prefixedNo,
        help: "Each line of a field is a caption of its own. (default: only in CLIP_benchmark's folders)"
    )
    var captionPerLine: Bool?

    @Option(name: .long, help: "The part of a CLIP_benchmark folder: the directory with the shards.")
    var split = "test"

    @Flag(
        name: .long,
        help:
            "Compute the contrastive loss over the whole set too, at the model's temperature and at the best one."
    )
    var loss = false

    @OptionGroup var cache: CacheOptions
    @OptionGroup var checkpoint: CheckpointOptions
    @OptionGroup var pixels: PixelOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let extractor = try checkpoint.extractor(pixels, evaluates: true)
        let dataset = try RetrievalDataset.open(
            data,
            captions: captions.names,
            captionPerLine: captionPerLine,
            split: split,
            options: IndexOptions(remote: cache.remoteData)
        )
        let status = StatusLine(every: 1)
        let result = try Retrieval(extractor, computesLoss: loss).evaluate(dataset) { status.show($0) }
        status.finish()
        if let notice = extractor.options.textReduction?.tally.notice() { Console.note(notice) }
        try output.present(result) { Self.text(result) }
    }

    private static func text(of value: Double, _ name: String) -> String {
        if name.contains("recall") || name.contains("reciprocal") { return Figures.percent(value, digits: 2) }
        return Figures.fixed(value, name.contains("loss") ? 4 : 1)
    }

    private static func text(_ result: RetrievalResult) -> String {
        var table = TextTable()
        table.row("", "found", "by chance")
        for (name, value) in result.metrics.sorted(by: { Figures.precedes($0.key, $1.key) }) {
            table.row(
                name,
                text(of: value, name),
                result.chance[name].map { text(of: $0, name) } ?? ""
            )
        }
        return table.text
            + "\n\(Figures.grouped(result.images)) images, \(Figures.grouped(result.texts)) captions"
            + result.skipped.text
    }
}
