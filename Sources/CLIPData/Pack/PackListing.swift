import Foundation

/// Reads the candidates of an input: JSON Lines, CSV, TSV or a folder of pictures.
struct PackListing {
    /// The columns, or keys of objects, that hold captions, best first.
    let captionFields: [String]
    /// The suffixes that they become, each once.
    let captionSuffixes: [String]

    init(captionFields: [String]) {
        self.captionFields = captionFields
        var seen: Set<String> = []
        captionSuffixes = captionFields.map(ListingLayout.suffix).filter { seen.insert($0).inserted }
    }

    /// The candidates of an input, with unique keys.
    ///
    /// - Throws: `PackError.unknownInput` for another kind of input; `ShardError` where it cannot be read or understood,
    ///   or names no picture.
    func candidates(of path: String) throws -> [PackCandidate] {
        var found =
            switch (FilePath.kind(of: path), DataContainer.kind(ofFile: path)) {
            case (.directory, _): try folder(path)
            case (.file, .jsonLines): try jsonLines(path)
            case (.file, .table): try table(path)
            default: throw PackError.unknownInput(path: path)
            }
        guard !found.isEmpty else {
            throw ShardError.noShards(specification: path, reason: "it names no picture")
        }
        PackCandidate.distinguish(&found)
        return found
    }

    /// A path in a listing is relative to the listing's folder.
    static func resolve(_ image: String, beside listing: String) -> String {
        image.hasPrefix("/") ? image : FilePath.directory(of: listing) + "/" + image
    }

    /// What a picture is called where the listing gives it no key.
    static func stem(_ path: String) -> String { (path as NSString).deletingPathExtension }
}
