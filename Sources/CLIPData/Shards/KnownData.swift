import Synchronization

/// What an index knows of its containers, read from it when it is needed.
final class KnownData: Sendable {
    private let index: ShardIndex
    private let numbers: [String: [Int]]
    private let table: [IndexedShard]
    private let read: Mutex<IndexContents?>

    /// - Parameter contents: What to compare with in place of the index's own contents, some of which are damaged.
    init(_ index: ShardIndex, contents: IndexContents? = nil) {
        self.index = index
        let metadata = contents?.metadata ?? index.file.metadata
        numbers = metadata.shardNumbers
        table = metadata.shards
        read = Mutex(contents)
    }

    /// All of the index.
    ///
    /// - Throws: `ShardError.damagedIndex`.
    func contents() throws -> IndexContents {
        try read.withLock { contents in
            if let contents { return contents }
            let all = try IndexContents(index.file)
            contents = all
            return all
        }
    }

    /// What is known of a container by its name in the index; nil for nothing.
    func container(_ path: String) -> KnownContainer? {
        guard let parts = numbers[path], let last = parts.last else { return nil }
        return KnownContainer(
            version: table[last].version,
            samples: parts.reduce(0) { $0 + table[$1].liveCount },
            hasGaps: parts.contains { table[$0].runs != nil },
            keys: { [index, table] in
                var keys: Set<String> = []
                for ordinal in parts.lazy.flatMap({ table[$0].live }).joined() {
                    keys.insert(try index.file.key(of: ordinal))
                }
                return keys
            },
            match: { [self] scan in ContainerMatch(scan, path: path, in: try contents()) }
        )
    }
}
