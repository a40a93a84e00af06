import ArgumentParser
import CLIPData
import CLIPEvaluation
import CLIPText

struct EvalZeroShotCommand: ParsableCommand, ComputingCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "zeroshot",
        abstract: "Classify images by the names of their classes.",
        discussion: """
            The data lies as CLIP_benchmark keeps it: classnames.txt, zeroshot_classification_templates.txt, and \
            test/*.tar with .cls members. The metrics have CLIP_benchmark's names.

            EXAMPLE:
              clip eval zeroshot --checkpoint runs/demo --data data/demo/emojione
              clip eval zeroshot --checkpoint models/start --data data/imagenet --json
            """
    )

    @Option(name: .long, help: "The data set's directory.", completion: .directory)
    var data: String

    @Option(name: .long, help: "The part of the data set: the directory with the shards.")
    var split = "test"

    @Flag(name: .long, help: "Print the accuracy of each class, too.")
    var perClass = false

    @OptionGroup var cache: CacheOptions
    @OptionGroup var checkpoint: CheckpointOptions
    @OptionGroup var language: LanguageOptions
    @OptionGroup var pixels: PixelOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let extractor = try checkpoint.extractor(pixels, evaluates: true, language: language)
        let dataset = try ZeroShotDataset.open(
            data,
            split: split,
            options: IndexOptions(remote: cache.remoteData)
        )
        for warning in dataset.warnings { Console.note("warning: \(warning)") }
        let status = StatusLine(every: 1)
        let result = try ZeroShotClassification(extractor).evaluate(dataset) { status.show($0) }
        status.finish()
        if let notice = extractor.options.textReduction?.tally.notice() { Console.note(notice) }
        if let notice = extractor.language?.notice { Console.note(notice) }
        try output.present(result) { text(result) }
    }

    private func text(_ result: ZeroShotResult) -> String {
        var table = TextTable()
        table.row("", "found", "by chance")
        for (name, value) in result.metrics.sorted(by: { Figures.precedes($0.key, $1.key) }) {
            table.row(
                name,
                Figures.percent(value, digits: 2),
                result.chance[name].map { Figures.percent($0, digits: 2) } ?? ""
            )
        }
        if perClass {
            for entry in result.classes {
                table.row(
                    entry.name,
                    entry.accuracy.map { Figures.percent($0, digits: 1) } ?? "-",
                    "of \(entry.samples)"
                )
            }
        }
        return table.text
            + "\n\(Figures.grouped(result.samples)) images, \(Figures.grouped(result.classes.count)) classes, "
            + "\(result.templates) templates" + result.skipped.text
    }
}
