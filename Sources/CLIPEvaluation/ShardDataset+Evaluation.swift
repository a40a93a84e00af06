import CLIPData
import Foundation

extension ShardDataset {
    /// Opens shards for one pass; the index lies beside them, or in the temporary folder where they are
    /// read-only.
    static func openForEvaluation(_ shards: [String], index: String?, options: IndexOptions) throws
        -> ShardDataset
    {
        let list = try ShardList(shards)
        guard index == nil, let first = list.paths.first else {
            return try open(shards, index: index, options: options)
        }
        let folder = URL(fileURLWithPath: first).deletingLastPathComponent().standardizedFileURL.path
        let hasIndex = FileManager.default.fileExists(atPath: "\(folder)/index.clipidx")
        if hasIndex || FileManager.default.isWritableFile(atPath: folder) {
            return try open(shards, options: options)
        }
        var hash = StableHash()
        for path in list.paths { hash.combine(URL(fileURLWithPath: path).standardizedFileURL.path) }
        let name = "clip-evaluation-\(String(hash.value, radix: 16)).clipidx"
        var options = options
        options.rebuilds = true
        return try open(
            shards,
            index: FileManager.default.temporaryDirectory.appendingPathComponent(name).path,
            options: options
        )
    }
}
