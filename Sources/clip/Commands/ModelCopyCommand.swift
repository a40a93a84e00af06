import ArgumentParser
import CLIPModels

struct ModelCopyCommand: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Write a checkpoint to a directory of its own.",
        discussion: """
            A checkpoint that was trained on vectors of a language model names that by path and fingerprint. With \
            --self-contained its files, its tokenizer and its adapter are copied into the directory too, and the \
            checkpoint can be moved anywhere.

            EXAMPLE:
              clip model copy --checkpoint runs/second --out models/shared
              clip model copy --checkpoint runs/second --out models/shared --self-contained --json
            """
    )

    @Option(
        name: .long,
        help: "A directory in open_clip's layout, or a run (its newest checkpoint).",
        completion: .directory
    )
    var checkpoint: String

    @Option(name: .long, help: "The directory to write; it must be new or empty.", completion: .directory)
    var out: String

    @Flag(name: .long, help: "Copy the language model into it.")
    var selfContained = false

    @OptionGroup var language: LanguageOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let directory = try CheckpointDirectory(checkpoint)
        try directory.copy(
            to: out,
            language: language.reference(of: directory),
            isSelfContained: selfContained
        )
        let shown = try ShownModel(CheckpointDirectory(out), named: out)
        try output.present(shown) { shown.text }
    }
}
