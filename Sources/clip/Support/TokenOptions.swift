import ArgumentParser
import CLIPModels

/// Another image size or text length than the configuration's own.
struct TokenOptions: ParsableArguments {
    @Option(
        name: .customLong("size"),
        parsing: .unconditional,
        help: "The side of the images in pixels. (default: the configuration's)"
    )
    var imageSize: Int?

    @Option(
        name: .customLong("context"),
        parsing: .unconditional,
        help: "Most tokens of a text, start and end included. (default: the configuration's)"
    )
    var contextLength: Int?

    func validate() throws {
        try TextLength.check("--context", contextLength)
    }

    /// A configuration of the catalogue or of a file, at these sizes.
    func configuration(_ nameOrPath: String) throws -> ModelConfiguration {
        try ModelCatalog.configuration(nameOrPath)
            .resized(imageSize: imageSize, contextLength: contextLength)
    }
}
