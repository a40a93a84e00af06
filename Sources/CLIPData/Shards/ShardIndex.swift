/// How an index is made.
public struct IndexOptions: Sendable {
    /// How many shards are read at a time.
    public var threads: Int
    /// Whether a damaged shard's readable beginning counts; otherwise damage stops the build.
    public var keepsReadable: Bool
    /// Whether to start anew, which renumbers samples, instead of appending to an index that is there.
    public var rebuilds: Bool

    /// Creates options.
    public init(threads: Int = 4, keepsReadable: Bool = false, rebuilds: Bool = false) {
        self.threads = threads
        self.keepsReadable = keepsReadable
        self.rebuilds = rebuilds
    }
}

/// How far a scan is.
public struct IndexProgress: Sendable {
    /// Shards read so far.
    public var shards: Int
    /// Shards to read in all.
    public var totalShards: Int
    /// Samples found so far.
    public var samples: Int
}

/// What the shards hold: for each sample a dense ordinal, a stable identity, its key, and where its fields lie.
///
/// It is one file, by default `index.clipidx` in the directory of the first shard (or in the temporary folder where that
/// directory is read-only), made by one scan of the tar headers and mapped when opened. Ordinals only grow: shards that come later are appended.
public struct ShardIndex: Sendable {
    /// The default file name.
    public static let fileName = "index.clipidx"

    /// The file's path.
    public let path: String
    let file: IndexFile
    /// The directory from which the index names its shards: its own, except for a temporary index.
    private let directory: String

    /// How many samples the index knows.
    public var sampleCount: Int { file.sampleCount }
    /// How many shards the index knows.
    public var shardCount: Int { file.metadata.shards.count }

    /// Opens an index file as it is.
    ///
    /// - Throws: `ShardError.damagedIndex` or `.file`.
    public init(path: String) throws(ShardError) {
        try self.init(path: path, directory: FilePath.directory(of: path))
    }

    init(path: String, directory: String) throws(ShardError) {
        self.path = path
        self.directory = directory
        file = try IndexFile(path)
    }

    /// Where the index of some shards lies unless a path is given.
    public static func defaultPath(of shards: ShardList) -> String {
        let directory = FilePath.directory(of: shards.paths.first ?? ".")
        return directory == "/" ? "/\(fileName)" : "\(directory)/\(fileName)"
    }

    /// Opens the index of some shards, which must know them all as they are now.
    ///
    /// - Throws: `ShardError.staleIndex` when a shard is unknown or was changed.
    public static func open(_ shards: ShardList, at path: String? = nil) throws -> ShardIndex {
        let path = path ?? defaultPath(of: shards)
        guard FilePath.kind(of: path) != nil else {
            throw ShardError.staleIndex(index: path, reason: "there is no such file")
        }
        let index = try ShardIndex(path: path)
        let known = index.shardNumbers
        for shard in shards.paths {
            guard let number = known[index.name(of: shard)] else {
                throw ShardError.staleIndex(index: path, reason: "it does not know '\(shard)'")
            }
            try index.checkUnchanged(number, shard)
        }
        return index
    }

    /// Shard numbers by path relative to the index.
    var shardNumbers: [String: Int] {
        Dictionary(file.metadata.shards.enumerated().map { ($1.path, $0) }) { first, _ in first }
    }

    func name(of shard: String) -> String {
        FilePath.relative(shard, to: directory)
    }

    /// - Throws: `ShardError.staleIndex` when the file is not the one that was scanned.
    func checkUnchanged(_ number: Int, _ shard: String) throws(ShardError) {
        guard let now = FilePath.signature(of: shard) else {
            throw .file(path: shard, action: "read", reason: FilePath.lastError)
        }
        let then = file.metadata.shards[number]
        guard now.size == then.size else {
            throw .staleIndex(index: path, reason: "'\(shard)' has \(now.size) bytes, was \(then.size)")
        }
        guard now.modified == then.modified else {
            throw .staleIndex(index: path, reason: "'\(shard)' was modified after it was indexed")
        }
    }
}
