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
            CLIP_benchmark's names. A text tower reads as many tokens of a caption as its context has; where the checkpoint \
            was trained on vectors of a language model, that reads captions whole, and says how many were longer than it reads.

            EXAMPLE:
              clip eval retrieval --checkpoint runs/demo --data data/demo/retrieval --caption-per-line
              clip eval retrieval --checkpoint runs/second --data data/held-out --captions json:long
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

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help:
            "Files of caption features of these shards, for a model that takes such; no language model is read then.",
        completion: .file(extensions: ["features"])
    )
    var captionFeatures: [String] = []

    @OptionGroup var cache: CacheOptions
    @OptionGroup var checkpoint: CheckpointOptions
    @OptionGroup var language: LanguageOptions
    @OptionGroup var pixels: PixelOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let extractor = try checkpoint.extractor(pixels, evaluates: true, language: language)
        let dataset = try RetrievalDataset.open(
            data,
            captions: captions.names,
            captionPerLine: captionPerLine,
            split: split,
            options: IndexOptions(remote: cache.remoteData)
        )
        let status = StatusLine(every: 1)
        let result = try evaluate(extractor, dataset) { status.show($0) }
        status.finish()
        if let notice = extractor.options.textReduction?.tally.notice() { Console.note(notice) }
        if let notice = extractor.language?.notice { Console.note(notice) }
        try output.present(result) { Self.text(result) }
    }

    private func evaluate(
        _ extractor: FeatureExtractor,
        _ dataset: RetrievalDataset,
        progress: @escaping (EvaluationProgress) -> Void
    ) throws -> RetrievalResult {
        let retrieval = try Retrieval(extractor, computesLoss: loss)
        guard !captionFeatures.isEmpty, let data = dataset.source as? ShardDataset else {
            return try retrieval.evaluate(dataset, progress: progress)
        }
        let features = try CaptionFeatures(captionFeatures)
        Console.note(features.line)
        return try retrieval.evaluate(
            dataset,
            embeddings: features.embeddings(of: dataset.captions, in: data),
            progress: progress
        )
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
