import Synchronization

/// Maps shards when they are first read and keeps them mapped.
final class ShardFiles: Sendable {
    private let paths: [String]
    private let mapped: Mutex<[MappedFile?]>

    init(_ paths: [String]) {
        self.paths = paths
        mapped = Mutex(Array(repeating: nil, count: paths.count))
    }

    /// The content of a shard; `check` runs before it is mapped.
    func file(
        _ number: Int,
        check: (String) throws(ShardError) -> Void
    ) throws(ShardError) -> MappedFile {
        if let file = mapped.withLock({ $0[number] }) { return file }
        try check(paths[number])
        let file = try MappedFile(paths[number])
        return mapped.withLock { mapped in
            // Two threads may have come here at a time; one mapping is enough.
            if let other = mapped[number] { return other }
            mapped[number] = file
            return file
        }
    }
}
