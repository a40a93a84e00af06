import RemoteFiles

/// What the shards hold: for each sample a dense ordinal, a stable identity, its key, and where its fields lie.
///
/// It is one file beside what it indexes, made by one scan of the data, of which only what is asked for is read. An
/// ordinal never goes to another sample: shards that come later are appended, and what is gone leaves its ordinals unused.
public struct ShardIndex: Sendable {
    /// The file name for tar files of a folder, and for a folder of pictures.
    public static let fileName = "index.clipidx"
    /// How names of indexes end; that of a table or list follows its own name.
    static let suffix = ".clipidx"
    /// The file name for sources of several kinds.
    static let mixedFileName = "sources.clipidx"

    /// The file's path.
    public let path: String
    /// What became of the index when it was opened; nil where there was none, or all is as it was.
    public internal(set) var changes: IndexChanges?
    let file: IndexFile
    /// The directory from which the index names its shards: its own, except for one in the cache.
    let directory: String
    /// Versions of containers that have other times than the file says, and the same content.
    var accepted: [String: ContainerVersion] = [:]

    /// How many samples the index knows.
    public var sampleCount: Int { file.sampleCount }
    /// How many shards the index knows.
    public var shardCount: Int { file.metadata.shards.count }

    /// Opens an index file as it is.
    ///
    /// - Throws: `ShardError.damagedIndex`, `.foreignIndex`, `.indexFormat` or `.file`.
    public init(path: String) throws(ShardError) {
        try self.init(path: path, directory: FilePath.directory(of: path))
    }

    init(path: String, directory: String, isSalvage: Bool = false) throws(ShardError) {
        self.path = path
        self.directory = directory
        file = try IndexFile(path, isSalvage: isSalvage)
    }

    /// Where the index of some data lies unless a path is given: beside the first shard, in a folder of pictures, beside a table
    /// under its name, or in the cache.
    ///
    /// - Parameter cache: The folder of the cache; nil for the default one.
    public static func defaultPath(of shards: ShardList, cache: String? = nil) -> String {
        IndexPlace.usual(of: shards, cache: cache ?? CacheSettings().directory)
    }

    /// Opens the index of some shards, which must know them all as they are now.
    ///
    /// - Throws: `ShardError.staleIndex` when a shard is unknown or is another.
    public static func open(_ shards: ShardList, at path: String? = nil) throws -> ShardIndex {
        let path = path ?? defaultPath(of: shards)
        guard FilePath.kind(of: path) != nil else {
            throw ShardError.staleIndex(index: path, reason: "there is no such file")
        }
        var index = try ShardIndex(path: path)
        let known = KnownData(index)
        let scanner = ContainerScanner(keepsReadable: true, access: ContainerAccess())
        for shard in shards.containers {
            let name = index.name(of: shard.name)
            guard let knowledge = known.container(name) else {
                throw ShardError.staleIndex(index: path, reason: "it does not know '\(shard.redactedName)'")
            }
            switch try scanner.scan(shard, known: knowledge) {
            case .unchanged: break
            case .touched(let version): index.accepted[name] = version
            case .new:
                throw ShardError.staleIndex(index: path, reason: "'\(shard.redactedName)' has more samples")
            case .edited:
                throw ShardError.staleIndex(
                    index: path,
                    reason: "'\(shard.redactedName)' has other content than when it was indexed"
                )
            }
        }
        return index
    }

    /// For each container, by its name in the index, the numbers of its parts: what was appended later counts by itself.
    var shardNumbers: [String: [Int]] { file.metadata.shardNumbers }

    func name(of shard: String) -> String { Self.name(of: shard, from: directory) }

    /// How an index in a directory calls a container; a folder calls itself by a dot.
    static func name(of shard: String, from directory: String) -> String {
        guard !DataContainer.isRemote(shard) else { return shard }
        let name = FilePath.relative(shard, to: directory)
        return name.isEmpty ? "." : name
    }

    /// The containers that the index knows and that are still there.
    var existing: [DataContainer] {
        var seen: Set<String> = []
        return file.metadata.shards.compactMap { shard in
            guard seen.insert(shard.path).inserted else { return nil }
            guard !DataContainer.isRemote(shard.path) else {
                return DataContainer(name: shard.path, kind: shard.kind)
            }
            let path = FilePath.absolute("\(directory)/\(shard.path)")
            let kind: FilePath.Kind = shard.kind == .folder ? .directory : .file
            return FilePath.kind(of: path) == kind ? DataContainer(name: path, kind: shard.kind) : nil
        }
    }
}
