import Foundation

/// Reads the candidates of an input: JSON Lines, CSV, TSV or a folder of pictures.
struct PackListing {
    /// Captions in these fields come first, in this order.
    let captionFields: [String]

    /// The candidates of an input, with unique keys.
    ///
    /// - Throws: `PackError` where the input cannot be understood, `ShardError.file` where it cannot be read.
    func candidates(of path: String) throws -> [PackCandidate] {
        var found: [PackCandidate]
        do {
            switch (FilePath.kind(of: path), DataContainer.kind(ofFile: path)) {
            case (.directory, _): found = try folder(path)
            case (.file, .jsonLines): found = try jsonLines(path)
            case (.file, .table): found = try table(path)
            default: throw PackError.unknownInput(path: path)
            }
        } catch let error as ShardError {
            throw PackError(error, input: path) ?? error
        }
        guard !found.isEmpty else { throw PackError.empty(path: path) }
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

extension PackError {
    /// What the readers of tables and folders find wrong with an input.
    fileprivate init?(_ error: ShardError, input: String) {
        switch error {
        case .listing(let path, let line, let problem, let expected):
            self = .listing(path: path, line: line, problem: problem, expected: expected)
        case .missingColumn(let path, _, let expected, let found):
            self = .missingColumn(path: path, purpose: "picture paths", expected: expected, found: found)
        case .noShards: self = .empty(path: input)
        default: return nil
        }
    }
}
