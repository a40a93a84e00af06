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
        switch (FilePath.kind(of: path), (path as NSString).pathExtension.lowercased()) {
        case (.directory, _): found = try folder(path)
        case (.file, "jsonl"), (.file, "ndjson"): found = try jsonLines(path)
        case (.file, "csv"): found = try table(path, delimiter: UInt8(ascii: ","))
        case (.file, "tsv"): found = try table(path, delimiter: UInt8(ascii: "\t"))
        default: throw PackError.unknownInput(path: path)
        }
        guard !found.isEmpty else { throw PackError.empty(path: path) }
        PackCandidate.distinguish(&found)
        return found
    }

    /// A path in a listing is relative to the listing's folder.
    static func resolve(_ image: String, beside listing: String) -> String {
        image.hasPrefix("/") ? image : FilePath.directory(of: listing) + "/" + image
    }
}
