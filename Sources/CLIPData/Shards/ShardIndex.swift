import RemoteFiles

/// How an index is made.
public struct IndexOptions: Sendable {
    /// How many shards are read at a time.
    public var threads: Int
    /// Whether a damaged shard's readable beginning counts; otherwise damage stops the build.
    public var keepsReadable: Bool
    /// Whether to start anew, which renumbers samples, instead of appending to an index that is there.
    public var rebuilds: Bool
    /// How data that is no plain local file is brought here.
    public var remote: RemoteData

    /// Creates options.
    public init(
        threads: Int = 4,
        keepsReadable: Bool = false,
        rebuilds: Bool = false,
        remote: RemoteData = RemoteData()
    ) {
        self.remote = remote
        self.threads = threads
        self.keepsReadable = keepsReadable
        self.rebuilds = rebuilds
    }
}

/// How far a scan is.
public struct IndexProgress: Sendable {
    /// Shards, tables and folders read so far.
    public var shards: Int
    /// How many are to be read in all.
    public var totalShards: Int
    /// Samples found so far.
    public var samples: Int
    /// Bytes of the shards and tables read so far.
    public var bytes: Int
    /// How long it took, in seconds.
    public var seconds: Double
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

    /// Where the index of some shards lies unless a path is given: beside the first, or in the cache.
    ///
    /// - Parameter cache: The folder of the cache; nil for the default one.
    public static func defaultPath(of shards: ShardList, cache: String? = nil) -> String {
        if let first = shards.containers.first, !first.isLocal {
            // All shards below one address share an index, as those of a folder do.
            let place = first.name.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            let hash = StableHash.of(
                first.name.hasPrefix("pipe:") ? first.name : place.joined(separator: "/")
            )
            let folder = cache ?? CacheSettings().directory
            return "\(folder)/indexes/\(String(hash, radix: 16)).clipidx"
        }
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
        for shard in shards.containers {
            guard let last = known[index.name(of: shard.name)]?.last else {
                throw ShardError.staleIndex(index: path, reason: "it does not know '\(shard.redactedName)'")
            }
            try index.checkUnchanged(last, shard)
        }
        return index
    }

    /// For each container, by its name in the index, the numbers of its parts: what was appended later counts by itself.
    var shardNumbers: [String: [Int]] {
        var numbers: [String: [Int]] = [:]
        for (number, shard) in file.metadata.shards.enumerated() {
            numbers[shard.path, default: []].append(number)
        }
        return numbers
    }

    func name(of shard: String) -> String { Self.name(of: shard, from: directory) }

    /// How an index in a directory calls a container.
    static func name(of shard: String, from directory: String) -> String {
        DataContainer.isRemote(shard) ? shard : FilePath.relative(shard, to: directory)
    }

    /// - Throws: `ShardError.staleIndex` when the data is not what was scanned.
    func checkUnchanged(_ number: Int, _ shard: DataContainer) throws {
        let then = file.metadata.shards[number].version
        if shard.kind == .folder {
            guard try FolderListing(shard.name).version == then else {
                throw ShardError.staleIndex(
                    index: path,
                    reason: "files came to '\(shard.name)' or went after it was indexed"
                )
            }
        } else {
            try ContainerAccess().checkUnchanged(shard, then, index: path)
        }
    }

    /// What the index knows of the containers of a list, by their place in it.
    func knownContainers(of shards: ShardList) -> [Int: KnownContainer] {
        let numbers = shardNumbers
        var known: [Int: KnownContainer] = [:]
        for (place, container) in shards.containers.enumerated() {
            guard let parts = numbers[name(of: container.name)], let last = parts.last else { continue }
            let table = file.metadata.shards
            known[place] = KnownContainer(
                index: path,
                version: table[last].version,
                samples: parts.reduce(0) { $0 + table[$1].samples },
                keys: { [file] in
                    Set(
                        parts.flatMap { part in
                            (0..<table[part].samples).map { file.key(of: table[part].firstOrdinal + $0) }
                        }
                    )
                }
            )
        }
        return known
    }
}
