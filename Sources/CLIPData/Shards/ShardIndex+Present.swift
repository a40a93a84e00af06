import Foundation
import RemoteFiles

extension ShardIndex {
    /// Opens the index of some shards that is there, wherever ``openOrBuild(_:at:options:progress:)`` would find it.
    ///
    /// No shard is read and nothing is written: all must have the sizes and times that they had when they were indexed. What
    /// lies behind addresses and commands is taken as it is known.
    ///
    /// - Parameter cache: The folder of the cache; nil for the default one.
    /// - Throws: `ShardError`; `.staleIndex` where there is no index, or one that needs a scan.
    public static func present(_ shards: ShardList, cache: String? = nil) throws -> ShardIndex {
        let place = IndexPlace(of: shards, named: nil, cache: CacheSettings(directory: cache).directory)
        let target = place.target {
            FilePath.kind(of: $0) == .directory && FileManager.default.isWritableFile(atPath: $0)
        }
        guard let path = place.candidates(target: target).first(where: { FilePath.kind(of: $0) != nil })
        else {
            throw ShardError.staleIndex(index: place.path, reason: "there is no such file")
        }
        let index = try ShardIndex(path: path, directory: place.directory)
        let known = KnownData(index)
        for shard in shards.containers {
            guard let then = known.container(index.name(of: shard.name))?.version else {
                throw ShardError.staleIndex(index: path, reason: "it does not know '\(shard.redactedName)'")
            }
            guard try isUnchanged(shard, since: then) else {
                throw ShardError.staleIndex(
                    index: path,
                    reason: "'\(shard.redactedName)' has another size or time than when it was indexed"
                )
            }
        }
        return index
    }

    private static func isUnchanged(_ shard: DataContainer, since then: ContainerVersion) throws -> Bool {
        guard shard.isLocal else { return true }
        if shard.kind == .folder {
            return ContainerScanner.isSame(try FolderListing(shard.name).version, then)
        }
        let now = try ContainerAccess.version(ofFile: shard.name)
        return now.size == then.size && now.stamp == then.stamp
    }
}
