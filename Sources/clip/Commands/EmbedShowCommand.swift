import ArgumentParser
import CLIPData

struct EmbedShowCommand: ParsableCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a file of caption features holds.",
        discussion: """
            What made them and how, of which data, and how many captions each source has.

            EXAMPLE:
              clip embed show captions.features
              clip embed show captions.features --verify --json
            """
    )

    @Argument(help: "The file.", completion: .file(extensions: ["features"]))
    var file: String

    @Flag(name: .long, help: "Read all of it, and compare it with its checksums.")
    var verify = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        let file = try CaptionFeatureFile(file)
        if verify { try file.verify() }
        try output.present(file.summary) { CaptionFeatureText.table(file.summary) }
    }
}
