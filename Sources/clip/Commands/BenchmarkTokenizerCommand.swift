import ArgumentParser
import CLIPTraining

struct BenchmarkTokenizerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer",
        abstract: "Measure how fast captions are tokenized on one thread.",
        discussion: """
            The tokenizer is warm, and the best round counts.

            EXAMPLE:
              clip benchmark tokenizer --captions captions.txt
              clip benchmark tokenizer --captions captions.txt --rounds 10 --json
              clip benchmark tokenizer --captions texts.jsonl --tokenizer tokenizer.json
            """
    )

    @Option(
        name: .long,
        help: "A text file with one caption on each line, in a .jsonl file as JSON.",
        completion: .file()
    )
    var captions: String

    @Option(name: .long, parsing: .unconditional, help: "How often everything is tokenized.")
    var rounds = 5

    @OptionGroup var model: TokenizerOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let lines = try TextLines(textsOf: captions).lines
        let report = try TokenizerBenchmark(
            captions: lines,
            rounds: rounds,
            tokenizer: model.model().tokenizer
        ).run()
        try output.present(report) {
            "\(Figures.grouped(Int(report.captionsPerSecond))) captions/s, "
                + "\(Figures.grouped(report.captions)) captions of "
                + "\(Figures.fixed(Double(report.tokens) / Double(report.captions), 1)) tokens"
        }
    }
}
