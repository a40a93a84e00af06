import LocalFiles

/// The index that is there when data is opened, and what can be taken from it.
struct EarlierIndex {
    /// The index, where it can be opened and is to be kept.
    private(set) var index: ShardIndex?
    /// What it knows; of a damaged one, whose are its numbers.
    private(set) var known: KnownData?
    /// Why it has to be made anew.
    private(set) var damage: String?
    /// What to read: the list, and for a damaged index what else it knew.
    private(set) var containers: [DataContainer]
    /// Whether contents are compared whatever sizes and times say.
    private(set) var comparesAll: Bool
    /// Whether there is an index whose changes are to be told.
    private(set) var isAny = false

    private init(_ shards: ShardList, comparesAll: Bool) {
        containers = shards.containers
        self.comparesAll = comparesAll
    }

    /// Looks for the index at its place, and where nothing can be written there, at the substitutes.
    ///
    /// - Parameters:
    ///   - target: Where the index is written.
    ///   - checkedBytes: The size up to which an index is checked whole.
    /// - Throws: `ShardError.foreignIndex`, `.indexFormat` for one of a newer build, `.file`.
    static func find(
        _ place: IndexPlace,
        target: String,
        _ shards: ShardList,
        _ options: IndexOptions,
        checkedBytes: Int
    ) throws -> EarlierIndex {
        var earlier = EarlierIndex(shards, comparesAll: options.verifies)
        guard let path = place.candidates(target: target).first(where: { FilePath.kind(of: $0) != nil })
        else { return earlier }
        do {
            let opened = try ShardIndex(path: path, directory: place.directory)
            try earlier.take(opened, shards, rebuilds: options.rebuilds, checkedBytes: checkedBytes)
        } catch {
            switch error {
            case .damagedIndex(_, let reason):
                (earlier.isAny, earlier.damage) = (true, reason)
                guard !options.rebuilds,
                    let opened = try? ShardIndex(path: path, directory: place.directory, isSalvage: true)
                else { break }
                earlier.mend(opened, reason)
            case .indexFormat(let format) where !format.isNewer:
                (earlier.isAny, earlier.damage) = (true, "it was of format \(format.found), which is too old")
            case .indexFormat where options.rebuilds: break
            default: throw error
            }
        }
        return earlier
    }

    /// Starts with what another index knows, which lies in another folder or under another name: all up to the last that is
    /// listed, so that numbers stay, and nothing of what comes after it.
    ///
    /// - Throws: `ShardError.damagedIndex`.
    mutating func begin(with other: ShardIndex, _ directory: String) throws(ShardError) {
        var metadata = other.file.metadata.named(from: directory, before: other.directory)
        let listed = Set(containers.map { ShardIndex.name(of: $0.name, from: directory) })
        let count = metadata.shards.lastIndex { listed.contains($0.path) }.map { $0 + 1 } ?? 0
        metadata.shards.removeLast(metadata.shards.count - count)
        known = KnownData(other, contents: try IndexContents(other.file, metadata: metadata))
    }

    private mutating func take(
        _ opened: ShardIndex,
        _ shards: ShardList,
        rebuilds: Bool,
        checkedBytes: Int
    ) throws(ShardError) {
        if rebuilds {
            let listed = Set(shards.paths.map { opened.name(of: $0) })
            // Numbers of other data are not touched.
            guard opened.existing.contains(where: { !listed.contains(opened.name(of: $0.name)) }) else {
                return
            }
            comparesAll = true
        }
        isAny = true
        if comparesAll || opened.file.byteCount <= checkedBytes {
            do {
                try opened.file.verify()
            } catch {
                guard case .damagedIndex(_, let reason) = error else { throw error }
                mend(opened, reason)
                return
            }
        }
        index = opened
        known = KnownData(opened)
    }

    /// Reads all data again that the index knew; where its identities can be read, samples keep their numbers.
    private mutating func mend(_ opened: ShardIndex, _ reason: String) {
        damage = reason
        comparesAll = true
        let names = Set(containers.map { opened.name(of: $0.name) })
        let others = opened.existing.filter { !names.contains(opened.name(of: $0.name)) }
        guard let identities = IndexLayout.identities(of: opened.path) else {
            // In the order that it had.
            let order = opened.shardNumbers.compactMapValues(\.first)
            let place = { (container: DataContainer) in order[opened.name(of: container.name)] ?? .max }
            containers = (others + containers).enumerated()
                .sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }.map(\.element)
            return
        }
        containers += others
        index = opened
        var metadata = opened.file.metadata
        // What is not read again now is compared as a whole later.
        for number in metadata.shards.indices {
            metadata.shards[number].version = ContainerVersion(size: 0, stamp: 0)
        }
        known = KnownData(opened, contents: IndexContents(identities: identities, metadata: metadata))
    }
}
