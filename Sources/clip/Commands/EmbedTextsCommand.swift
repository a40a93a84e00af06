import ArgumentParser
import CLIPEvaluation

struct EmbedTextsCommand: ParsableCommand, ComputingCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "texts",
        abstract: "Write the features of texts.",
        discussion: """
            Every line of the file is a text, empty lines included; what exceeds the model's context is cut. Where the \
            checkpoint was trained on vectors of a language model, that reads the texts.

            EXAMPLE:
              clip embed texts --checkpoint runs/demo --out texts.safetensors --file lines.txt
              clip embed texts --checkpoint models/start --out texts.safetensors --file lines.txt --json
            """
    )

    @Option(
        name: .long,
        help: "The safetensors file to write.",
        completion: .file(extensions: ["safetensors"])
    )
    var out: String

    @Option(
        name: .long,
        help: "A text file with one text on each line, or - for standard input.",
        completion: .file()
    )
    var file: String

    @OptionGroup var checkpoint: CheckpointOptions
    @OptionGroup var language: LanguageOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try WrittenFeatures.check(out)
        let texts = try TextLines(contentsOf: file).lines
        let extractor = try checkpoint.extractor(language: language)
        let status = StatusLine(every: 1)
        let features = try extractor.textFeatures(of: texts) { status.show($0) }
        status.finish()
        if let notice = extractor.language?.notice { Console.note(notice) }
        let written = try WrittenFeatures(features, to: out)
        try output.present(written) { written.text }
    }
}
