import ArgumentParser
import CLIPData
import CLIPEvaluation

struct EmbedImagesCommand: ParsableCommand, ComputingCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Write the features of image files.",
        discussion: """
            JPEG, PNG and WebP are read; a folder stands for the pictures below it, in the order of their paths. A file \
            that cannot be used stops the command, so that rows and paths agree; --json lists the paths.

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

    @Argument(help: "Image files, and folders of them.", completion: .file())
    var paths: [String]

    @OptionGroup var checkpoint: CheckpointOptions
    @OptionGroup var pixels: PixelOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try WrittenFeatures.check(out)
        let files = try PictureFiles.expand(paths)
        let extractor = try checkpoint.extractor(pixels)
        let status = StatusLine(every: 1)
        let features = try extractor.imageFeatures(ofFiles: files) { status.show($0) }
        status.finish()
        var written = try WrittenFeatures(features, to: out)
        written.paths = files
        try output.present(written) { written.text }
    }
}
