import ArgumentParser
import CLIPEvaluation

struct EmbedImagesCommand: ParsableCommand, ComputingCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Write the features of image files.",
        discussion: """
            JPEG, PNG and WebP are read. A file that cannot be used stops the command, so that rows and paths agree.

            EXAMPLE:
              clip embed images --checkpoint runs/demo --out images.safetensors photos/*.jpg
              clip embed images --checkpoint models/start --out one.safetensors cat.png --json
            """
    )

    @Option(
        name: .long,
        help: "The safetensors file to write.",
        completion: .file(extensions: ["safetensors"])
    )
    var out: String

    @Argument(help: "Image files.", completion: .file())
    var paths: [String]

    @OptionGroup var checkpoint: CheckpointOptions
    @OptionGroup var pixels: PixelOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try WrittenFeatures.check(out)
        let extractor = try checkpoint.extractor(pixels)
        let status = StatusLine(every: 1)
        let features = try extractor.imageFeatures(ofFiles: paths) { status.show($0) }
        status.finish()
        let written = try WrittenFeatures(features, to: out)
        try output.present(written) { written.text }
    }
}
