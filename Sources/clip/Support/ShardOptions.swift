import ArgumentParser
import CLIPData
import RemoteFiles

/// The shards that a command reads.
struct ShardOptions: ParsableArguments {
    @Argument(
        help:
            "Shards, tables, lists and folders of pictures: paths, globs, patterns such as 'data/{000..099}.tar', https:// or pipe: commands.",
        completion: .file()
    )
    var shards: [String]

    @Option(
        name: .long,
        help:
            "The index file. (default: index.clipidx beside the shards or in the folder of pictures, NAME.csv.clipidx beside a table)"
    )
    var index: String?

    @OptionGroup var cache: CacheOptions

    /// Whether nothing lies behind an address or a command.
    var areLocal: Bool { shards.flatMap(ShardList.parts).allSatisfy { !DataContainer.isRemote($0) } }

    /// Opens the shards, which makes their index where there is none.
    func open(options: IndexOptions) throws -> ShardDataset {
        var options = options
        options.remote = cache.remoteData
        return try ShardDataset.opening(shards, index: index, options: options)
    }
}

extension ShardDataset {
    /// Opens shards with a status line for the time that indexing takes.
    static func opening(
        _ shards: [String],
        index: String? = nil,
        options: IndexOptions = IndexOptions()
    ) throws -> ShardDataset {
        let status = StatusLine(every: 1)
        defer { status.finish() }
        let data = try open(shards, index: index, options: options) { progress in
            status.update(IndexProgressText.line(progress))
        }
        status.finish()
        if let changes = data.index.changes { Console.note("index: \(changes)") }
        return data
    }
}
