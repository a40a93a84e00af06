import ArgumentParser
import CLIPTraining

struct BenchmarkSentencesCommand: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "sentences",
        abstract: "Measure how fast a language model turns captions into vectors.",
        discussion: """
            Captions are tokenized, sorted by length and packed without padding. The best round counts.

            EXAMPLE:
              clip benchmark sentences --language-model models/SmolLM2-135M --captions captions.txt
              clip benchmark sentences --language-model smol.gguf --captions captions.txt --precision bf16 --json
            """
    )

    @Option(name: .long, help: "A text file with one caption on each line.", completion: .file())
    var captions: String

    @Option(name: .long, parsing: .unconditional, help: "The most tokens in one pass.")
    var tokensAtATime = 4096

    @Option(name: .long, parsing: .unconditional, help: "How often all vectors are made.")
    var rounds = 3

    @Option(
        name: .long,
        help: "A safetensors file for the vectors, to compare them with another program's.",
        completion: .file(extensions: ["safetensors"])
    )
    var out: String?

    @OptionGroup var language: CaptionEncoderOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try threads.apply()
        if let out { try WrittenFeatures.check(out) }
        let result = try SentenceBenchmark(
            captions: TextLines(contentsOf: captions).lines,
            encoder: language.encoder(),
            tokensAtATime: tokensAtATime,
            rounds: rounds
        ).run()
        if let out { _ = try WrittenFeatures(result.vectors, to: out) }
        let report = result.report
        try output.present(report) {
            "\(Figures.grouped(Int(report.captionsPerSecond))) captions/s, "
                + "\(Figures.grouped(Int(report.tokensPerSecond))) tokens/s: "
                + "\(Figures.grouped(report.captions)) captions of "
                + "\(Figures.fixed(Double(report.tokens) / Double(report.captions), 1)) tokens, "
                + "\(report.precision) on \(report.device), \(report.threads) threads"
        }
    }
}
