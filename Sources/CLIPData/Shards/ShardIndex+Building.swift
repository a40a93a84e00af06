import Synchronization

extension ShardIndex {
    /// Opens the index, or makes it where there is none, or appends shards that it does not know.
    ///
    /// - Throws: `ShardError`; above all `.staleIndex` when a known shard was changed, and `.tar` for a damaged one.
    public static func openOrBuild(
        _ shards: ShardList,
        at path: String? = nil,
        options: IndexOptions = IndexOptions(),
        progress: (@Sendable (IndexProgress) -> Void)? = nil
    ) throws -> ShardIndex {
        let path = path ?? defaultPath(of: shards)
        var contents = IndexContents()
        var unknown = shards.paths
        if !options.rebuilds, FilePath.kind(of: path) != nil {
            let index = try ShardIndex(path: path)
            let known = index.shardNumbers
            unknown = []
            for shard in shards.paths {
                if let number = known[index.name(of: shard)] {
                    try index.checkUnchanged(number, shard)
                } else {
                    unknown.append(shard)
                }
            }
            if unknown.isEmpty { return index }
            contents = IndexContents(index.file)
        }
        let scans = try scan(unknown, options: options, progress: progress)
        let directory = FilePath.directory(of: path)
        for (shard, scan) in zip(unknown, scans) {
            contents.append(scan, path: FilePath.relative(shard, to: directory))
        }
        try contents.write(to: path)
        return try ShardIndex(path: path)
    }

    private static func scan(
        _ shards: [String],
        options: IndexOptions,
        progress: (@Sendable (IndexProgress) -> Void)?
    ) throws -> [ShardScan] {
        let collected = ScanCollector(count: shards.count)
        try ParallelLoop.run(count: shards.count, threads: options.threads) { number in
            let scan = try ShardScan(shards[number], keepsReadable: options.keepsReadable)
            let state = collected.store(scan, at: number)
            progress?(state)
        }
        return collected.scans
    }

    private final class ScanCollector: Sendable {
        private let state: Mutex<(scans: [ShardScan?], done: Int, samples: Int)>

        init(count: Int) {
            state = Mutex((Array(repeating: nil, count: count), 0, 0))
        }

        func store(_ scan: ShardScan, at number: Int) -> IndexProgress {
            state.withLock { state in
                state.scans[number] = scan
                state.done += 1
                state.samples += scan.samples.count
                return IndexProgress(
                    shards: state.done,
                    totalShards: state.scans.count,
                    samples: state.samples
                )
            }
        }

        var scans: [ShardScan] { state.withLock { $0.scans.compactMap(\.self) } }
    }
}
