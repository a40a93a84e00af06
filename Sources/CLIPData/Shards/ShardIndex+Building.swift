import Foundation
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
        let isNamed = path != nil
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
        let directory = FilePath.directory(of: path)
        let isTemporary = !isNamed && !FileManager.default.isWritableFile(atPath: directory)
        if isTemporary {
            (contents, unknown) = (IndexContents(), shards.paths)
        }
        let target = isTemporary ? temporaryPath(of: shards) : path
        try refuseToReplace(target)
        let scans = try scan(unknown, options: options, progress: progress)
        for (shard, scan) in zip(unknown, scans) {
            contents.append(scan, path: FilePath.relative(shard, to: directory))
        }
        try contents.write(to: target)
        return try ShardIndex(path: target, directory: directory)
    }

    /// Where the index of shards in a read-only folder goes. It is made anew each time, so it never is too old.
    private static func temporaryPath(of shards: ShardList) -> String {
        var hash = StableHash()
        for path in shards.paths { hash.combine(FilePath.absolute(path)) }
        let name = "clip-\(getuid())-\(String(hash.value, radix: 16)).clipidx"
        return FileManager.default.temporaryDirectory.appending(path: name).path
    }

    /// - Throws: `ShardError.foreignIndex` where there is a file that does not begin like an index.
    private static func refuseToReplace(_ path: String) throws(ShardError) {
        guard FilePath.kind(of: path) != nil else { return }
        let handle = FileHandle(forReadingAtPath: path)
        let start = try? handle?.read(upToCount: MemoryLayout<UInt64>.size)
        let magic = withUnsafeBytes(of: IndexFile.magic.littleEndian) { Data($0) }
        guard start == magic else { throw .foreignIndex(path: path) }
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
