import Foundation
import RemoteFiles

/// Where the index of some data lies.
struct IndexPlace: Sendable {
    /// The file.
    var path: String
    /// The places to take where nothing can be written there, best first; none where a path was named.
    var substitutes: [String] = []

    /// The folder from which shards are named.
    var directory: String { FilePath.directory(of: path) }

    /// - Parameters:
    ///   - path: The place that was named; nil for the usual one.
    ///   - cache: The folder of the cache.
    init(of shards: ShardList, named path: String?, cache: String) {
        self.path = path ?? Self.usual(of: shards, cache: cache)
        guard path == nil else { return }
        // The same in each run, whatever the list, so that numbers stay.
        let name = "\(String(StableHash.of(self.path), radix: 16))\(ShardIndex.suffix)"
        let temporary = FileManager.default.temporaryDirectory.appending(path: "clip-\(getuid())-\(name)")
        substitutes = ["\(cache)/indexes/\(name)", temporary.path]
    }

    /// The first of several sources, where it has an index of its own: an index of all of them that is not there yet starts with
    /// its numbers, so that a list may grow at its end.
    func beginning(of shards: ShardList, cache: String) -> ShardList? {
        guard !substitutes.isEmpty else { return nil }
        let first = shards.firstSource
        guard first.containers.count < shards.containers.count else { return nil }
        let own = IndexPlace(of: first, named: nil, cache: cache)
        let isThere = ([own.path] + own.substitutes).contains { FilePath.kind(of: $0) != nil }
        return own.path != path && isThere ? first : nil
    }

    /// Where the index is written.
    ///
    /// - Parameter canWrite: Whether files can be made in a folder.
    func target(_ canWrite: (String) -> Bool) -> String {
        guard !substitutes.isEmpty, !canWrite(directory) else { return path }
        return substitutes.first { canWrite(FilePath.directory(of: $0)) } ?? path
    }

    /// Where the index may be that is there, the first one first: where it is written, and where it was while nothing could be
    /// written there.
    ///
    /// - Parameter target: Where it is written.
    func candidates(target: String) -> [String] {
        target == path ? [target] + substitutes : [target] + substitutes + [path]
    }

    /// An index belongs to what it indexes: tar files to their folder, a table, a list or a folder of pictures to itself, what
    /// lies behind addresses to the cache, and sources of several kinds to a file of their own beside the first.
    static func usual(of shards: ShardList, cache: String) -> String {
        guard let first = shards.containers.first, first.isLocal else {
            return remote(shards.containers.first?.name ?? "", cache: cache)
        }
        let common = joined(FilePath.directory(of: first.name), ShardIndex.fileName)
        guard shards.containers.contains(where: { $0.kind != .tar }) else { return common }
        let own: String
        if shards.containers.count > 1 {
            own = joined(FilePath.directory(of: first.name), ShardIndex.mixedFileName)
        } else if first.kind == .folder {
            own = joined(FilePath.absolute(first.name), ShardIndex.fileName)
        } else {
            own = FilePath.absolute(first.name) + ShardIndex.suffix
        }
        // Earlier builds kept all data of a folder in one index, whose numbers stay.
        if FilePath.kind(of: own) == nil, knows(shards, at: common) { return common }
        return own
    }

    /// All shards below one address share an index, as those of a folder do.
    private static func remote(_ name: String, cache: String) -> String {
        let place = name.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let hash = StableHash.of(name.hasPrefix("pipe:") ? name : place.joined(separator: "/"))
        return "\(cache)/indexes/\(String(hash, radix: 16))\(ShardIndex.suffix)"
    }

    /// Whether an index knows something of a list that is no tar file.
    private static func knows(_ shards: ShardList, at path: String) -> Bool {
        guard FilePath.kind(of: path) == .file, let index = try? ShardIndex(path: path) else { return false }
        let numbers = index.shardNumbers
        return shards.containers.contains { $0.kind != .tar && numbers[index.name(of: $0.name)] != nil }
    }

    private static func joined(_ directory: String, _ name: String) -> String {
        directory == "/" ? "/\(name)" : "\(directory)/\(name)"
    }

    /// Whether files can be made in a folder, which is made where there is none.
    static func canWrite(in directory: String) -> Bool {
        if FilePath.kind(of: directory) == nil {
            try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
        return FileManager.default.isWritableFile(atPath: directory)
    }
}
