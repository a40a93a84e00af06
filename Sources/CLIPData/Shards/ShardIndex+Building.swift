import Foundation
import LocalFiles
import RemoteFiles

extension ShardIndex {
    /// Opens the index, or makes it where there is none, or appends what it does not know.
    ///
    /// - Throws: `ShardError`; above all `.staleIndex` when known data was changed, and `.tar` for a damaged shard.
    public static func openOrBuild(
        _ shards: ShardList,
        at path: String? = nil,
        options: IndexOptions = IndexOptions(),
        progress: (@Sendable (IndexProgress) -> Void)? = nil
    ) throws -> ShardIndex {
        let isNamed = path != nil
        let path = path ?? defaultPath(of: shards, cache: options.remote.settings.cache.directory)
        let directory = FilePath.directory(of: path)
        let isTemporary = !isNamed && !canWrite(to: path)
        let target = isTemporary ? temporaryPath(of: shards) : path
        var known: ShardIndex?
        if !options.rebuilds, FilePath.kind(of: path) != nil { known = try ShardIndex(path: path) }
        let scanner = ContainerScanner(
            keepsReadable: options.keepsReadable,
            access: ContainerAccess(remote: options.remote, stop: options.remote.stop)
        )
        let parts = known?.knownContainers(of: shards) ?? [:]
        // A temporary index knows only what is read now; it is never too old, as it is made anew each time.
        let collector = ScanCollector(
            known.map { IndexContents($0.file) } ?? IndexContents(),
            names: shards.paths.map { name(of: $0, from: directory) },
            total: shards.containers.count - parts.count
        )
        try ParallelLoop.run(
            count: shards.containers.count,
            threads: options.threads,
            stop: options.remote.stop
        ) { number in
            let known = parts[number] ?? KnownContainer(index: path)
            let scan = try scanner.scan(shards.containers[number], known: known)
            if let state = try collector.store(scan, at: number) { progress?(state) }
        }
        guard let contents = collector.contents else {
            if let known { return known }
            throw ShardError.noShards(specification: shards.specification, reason: "there is nothing in it")
        }
        try refuseToReplace(target)
        try contents.write(to: target)
        return try ShardIndex(path: target, directory: directory)
    }

    private static func canWrite(to path: String) -> Bool {
        let directory = FilePath.directory(of: path)
        if FilePath.kind(of: directory) == nil {
            try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
        return FileManager.default.isWritableFile(atPath: directory)
    }

    /// Where the index of shards in a read-only folder goes.
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
}
