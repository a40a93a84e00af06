import Foundation
import LocalFiles
import RemoteFiles

extension ShardIndex {
    /// A smaller index is checked whole whenever it is opened, which takes about a millisecond.
    private static let checkedBytes = 4 << 20

    /// Opens the index, or makes it where there is none, and takes up what changed.
    ///
    /// What is the same but for its times is accepted; what was appended comes last; of what was edited, samples that are
    /// still there keep their ordinals. A damaged index is made anew.
    /// - Throws: `ShardError`, as `.tar` for a damaged shard, and `.foreignIndex`.
    public static func openOrBuild(
        _ shards: ShardList,
        at path: String? = nil,
        options: IndexOptions = IndexOptions(),
        progress: (@Sendable (IndexProgress) -> Void)? = nil
    ) throws -> ShardIndex {
        try openOrBuild(
            shards,
            at: path,
            options: options,
            checkedBytes: checkedBytes,
            canWrite: IndexPlace.canWrite,
            progress: progress
        )
    }

    /// - Parameters:
    ///   - checkedBytes: The size up to which an index is checked whole.
    ///   - canWrite: Whether files can be made in a folder.
    static func openOrBuild(
        _ shards: ShardList,
        at path: String? = nil,
        options: IndexOptions = IndexOptions(),
        checkedBytes: Int,
        canWrite: (String) -> Bool = IndexPlace.canWrite,
        progress: (@Sendable (IndexProgress) -> Void)? = nil
    ) throws -> ShardIndex {
        let place = IndexPlace(of: shards, named: path, cache: options.remote.settings.cache.directory)
        let target = place.target(canWrite)
        var earlier = try EarlierIndex.find(
            place,
            target: target,
            shards,
            options,
            checkedBytes: checkedBytes
        )
        let cache = options.remote.settings.cache.directory
        if !earlier.isAny, !options.rebuilds, let first = place.beginning(of: shards, cache: cache) {
            let index = try openOrBuild(
                first,
                options: options,
                checkedBytes: checkedBytes,
                canWrite: canWrite,
                progress: progress
            )
            try earlier.begin(with: index, place.directory)
        }

        let containers = earlier.containers
        let names = containers.map { name(of: $0.name, from: place.directory) }
        let known = earlier.known
        var scanner = ContainerScanner(
            keepsReadable: options.keepsReadable,
            comparesAll: earlier.comparesAll,
            access: ContainerAccess(remote: options.remote, stop: options.remote.stop)
        )
        if !earlier.comparesAll {
            let indexed = zip(containers, names).filter { known?.container($0.1) != nil }
            scanner.elsewhere = try RemoteVersions.ask(
                indexed.map(\.0),
                scanner.access,
                for: options.askingTime
            )
        }
        let collector = ScanCollector(known, names: names)
        let listed = Set(shards.paths)
        try ParallelLoop.run(
            count: containers.count,
            threads: options.threads,
            stop: options.remote.stop
        ) { [scanner] number in
            let container = containers[number]
            var finding = ContainerFinding.unchanged
            do {
                finding = try scanner.scan(container, known: known?.container(names[number]))
            } catch  where !listed.contains(container.name) {
                // Nobody asked for it now; it is looked at again when somebody does.
            }
            if let state = try collector.store(finding, at: number) { progress?(state) }
        }
        var contents = try collector.contents()
        if contents == nil, let index = earlier.index {
            guard earlier.damage != nil || index.path != target && target == place.path else { return index }
            // Kept elsewhere while nothing could be written here.
            contents = try known?.contents()
        }
        if contents == nil { contents = try known?.contents() }
        guard let contents else {
            throw ShardError.noShards(specification: shards.specification, reason: "there is nothing in it")
        }
        try contents.write(to: target)
        var index = try ShardIndex(path: target, directory: place.directory)
        var changes = collector.changes
        changes.damage = earlier.damage
        changes.isRenumbered = earlier.damage != nil && earlier.known == nil
        index.changes = earlier.isAny && changes.isNotable ? changes : nil
        return index
    }
}
