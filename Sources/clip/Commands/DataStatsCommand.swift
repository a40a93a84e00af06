import ArgumentParser
import CLIPData
import CLIPText

struct DataStatsCommand: ParsableCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show what captions and images of shards look like.",
        discussion: """
            Caption lengths in characters, words and tokens, repeated captions, image formats and sizes. Nothing is \
            decoded beyond the images' headers.

            EXAMPLE:
              clip data stats data/train --captions txt,description.txt
              clip data stats 'data/train/*.tar' --limit 10000 --json
              clip data stats data/train --captions-from recipe.yaml
            """
    )

    @OptionGroup var data: ShardOptions

    @Option(
        name: .long,
        help:
            "Caption fields, as txt, title.txt or json:KEY, separated by commas. (default: all that end in txt)"
    )
    var captions: FieldList?

    @Option(name: .long, help: "Suffixes of the image field in order of preference, separated by commas.")
    var imageFields = FieldList(names: UsualNames.imageFields)

    @Option(
        name: .long,
        help: "A recipe; show instead which samples have captions from which of its sources.",
        completion: .file()
    )
    var captionsFrom: String?

    @Option(name: .long, parsing: .unconditional, help: "Look at so many samples, spread over all shards.")
    var limit: Int?

    @OptionGroup var model: TokenizerOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit); expected 1 or more.") }
        if captions != nil, captionsFrom != nil {
            throw ValidationError("--captions and --captions-from exclude each other.")
        }
    }

    func run() throws {
        let source = try data.open(options: IndexOptions(threads: threads.count))
        if let captionsFrom { return try showCoverage(of: source, recipe: captionsFrom) }
        let fields = captions?.names ?? Self.textFields(of: source)
        try source.requireCaptions(fields.map(CaptionField.init))
        let tokenizer = try model.model().tokenizer
        let statistics = try DataStatistics.gather(
            source,
            captions: fields,
            imageFields: imageFields.names,
            threads: threads.count,
            limit: limit,
            countTokens: { tokenizer.tokenCount($0) },
            probe: ProbedImage.header
        )
        try output.present(statistics) { Self.text(statistics) }
    }

    /// `txt` and `description.txt`, for example.
    private static func textFields(of source: ShardDataset) -> [String] {
        let fields = source.fieldCounts.keys.filter { $0 == "txt" || $0.hasSuffix(".txt") }
        // A data set without any is refused with the name that was looked for.
        return fields.isEmpty ? ["txt"] : fields.sorted { ($0.count, $0) < ($1.count, $1) }
    }

    private static func text(_ statistics: DataStatistics) -> String {
        var table = TextTable()
        table.row(
            "samples",
            "\(Figures.grouped(statistics.samples)), \(Figures.grouped(statistics.examined)) examined"
        )
        table.row("without caption", Figures.grouped(statistics.samplesWithoutCaption))
        for captions in statistics.captions {
            let share = Double(captions.present) / Double(max(1, statistics.examined))
            var notes = "\(Figures.grouped(captions.present)) samples, \(Figures.percent(share))"
            if captions.blank > 0 { notes += "; \(Figures.grouped(captions.blank)) blank" }
            if captions.damaged > 0 { notes += "; \(Figures.grouped(captions.damaged)) damaged" }
            table.row("with \(captions.field)", notes)
        }
        // One field's combinations are its own count and the rest.
        for part in statistics.coverage.prefix(10) where statistics.captions.count > 1 {
            let fields = part.fields.isEmpty ? "none of them" : "just " + part.fields.joined(separator: " + ")
            table.row("", "\(Figures.grouped(part.samples)) with \(fields)")
        }
        table.row("repeated captions", Figures.grouped(statistics.captionsThatRepeat))
        for repeated in statistics.mostRepeated.prefix(5) {
            table.row("", "\(repeated.count)× \(repeated.text)")
        }
        if let images = statistics.images {
            let formats = images.formats.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            table.row(
                "images",
                formats.map { "\(Figures.grouped($0.value)) \($0.key)" }.joined(separator: ", ")
            )
            if images.missing > 0 { table.row("without image", Figures.grouped(images.missing)) }
            if images.unreadable > 0 { table.row("unreadable images", Figures.grouped(images.unreadable)) }
        }
        return table.text + "\n\n" + distributions(statistics).text
    }

    private static func distributions(_ statistics: DataStatistics) -> TextTable {
        var table = TextTable()
        table.row("", "count", "mean", "min", "p5", "median", "p95", "max")
        func add(_ name: String, _ distribution: Distribution?) {
            guard let distribution else { return }
            table.row(
                name,
                Figures.grouped(distribution.count),
                Figures.fixed(distribution.mean, 1),
                "\(distribution.minimum)",
                "\(distribution.percentiles["p5"] ?? 0)",
                "\(distribution.percentiles["p50"] ?? 0)",
                "\(distribution.percentiles["p95"] ?? 0)",
                "\(distribution.maximum)"
            )
        }
        for captions in statistics.captions {
            add("\(captions.field) characters", captions.characters)
            add("\(captions.field) words", captions.words)
            add("\(captions.field) tokens", captions.tokens)
        }
        add("image width", statistics.images?.width)
        add("image height", statistics.images?.height)
        add("image bytes", statistics.images?.bytes)
        return table
    }
}
