import Foundation

/// Reads the candidates of an input: JSON Lines, CSV, TSV or a folder of pictures.
struct PackListing {
    /// The columns, or keys of objects, that hold captions, best first.
    let captionFields: [String]
    /// The suffixes that they become, each once.
    let captionSuffixes: [String]
    /// The fields as they were named.
    let namedFields: [String]
    /// Whether nobody named them.
    let isUsual: Bool

    /// - Parameter captionFields: Columns, keys or suffixes; `json:KEY` is the key of an object, as in a caption policy.
    init(captionFields: [String]) {
        namedFields = captionFields
        isUsual = captionFields == Self.usualFields
        let captionFields = captionFields.map { name in
            if case .json(let key) = CaptionField(name) { key } else { name }
        }
        self.captionFields = captionFields
        var seen: Set<String> = []
        captionSuffixes = captionFields.map(ListingLayout.suffix).filter { seen.insert($0).inserted }
    }

    /// What holds captions unless somebody names it.
    static let usualFields = UsualNames.captions + ["keywords"]

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
            case (.file, _) where DataContainer.isJSONList(path):
                throw ShardError.noShards(specification: path, reason: DataContainer.jsonListAdvice)
            default: try several(path)
            }
        guard !found.isEmpty else {
            throw ShardError.noShards(specification: path, reason: "it names no picture")
        }
        PackCandidate.distinguish(&found)
        return found
    }

    /// Those of all tables, lists and folders that a glob, a pattern, or paths joined by `::` name, in their order.
    private func several(_ path: String) throws -> [PackCandidate] {
        guard FilePath.isGlob(path) || path.contains("{") || path.contains("::") else {
            throw PackError.unknownInput(path: path)
        }
        return try ShardList(path).containers.flatMap { container in
            switch container.kind {
            case .table: try table(container.name)
            case .jsonLines: try jsonLines(container.name)
            case .folder: try folder(container.name)
            case .tar: throw PackError.unknownInput(path: container.name)
            }
        }
    }

    /// A path in a listing is relative to the listing's folder.
    static func resolve(_ image: String, beside listing: String) -> String {
        image.hasPrefix("/") ? image : FilePath.directory(of: listing) + "/" + image
    }

    /// What a picture is called where the listing gives it no key.
    static func stem(_ path: String) -> String { (path as NSString).deletingPathExtension }
}
