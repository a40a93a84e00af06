/// A container, or what was appended to it later, as an index knows it.
struct IndexedShard: Codable, Equatable, Sendable {
    /// The path relative to the index's directory, or an address or a command.
    var path: String
    /// The path that its samples' identities are made with, where that is another: it had it in the index of one source.
    var identityPath: String?
    /// What kind of data it is.
    var kind: DataContainer.Kind
    /// What it looked like when it was scanned.
    var version: ContainerVersion
    /// The ordinal of its first sample.
    var firstOrdinal: Int
    /// How many ordinals it has.
    var samples: Int
    /// Where samples are gone since: lengths of runs of ordinals, in turn those that are in use and those that are not.
    var runs: [Int]?
    /// How many samples have each suffix; the suffix by its number.
    var fieldCounts: [Int: Int]
    /// Samples whose key an earlier sample of the container has too.
    var duplicateKeys: Int
    /// Members, rows or files that belong to no sample.
    var ignoredMembers: Int
    /// Why the container's end was left out, if it was.
    var damage: String?

    /// The ordinals that stand for samples.
    var live: [Range<Int>] {
        guard let runs else { return samples > 0 ? [firstOrdinal..<firstOrdinal + samples] : [] }
        var ranges: [Range<Int>] = []
        var start = firstOrdinal
        for (number, length) in runs.enumerated() {
            if number % 2 == 0, length > 0 { ranges.append(start..<start + length) }
            start += length
        }
        return ranges
    }

    /// How many samples it holds.
    var liveCount: Int {
        guard let runs else { return samples }
        return runs.enumerated().reduce(0) { $0 + ($1.offset % 2 == 0 ? $1.element : 0) }
    }
}

/// What a container looked like when it was scanned.
struct ContainerVersion: Codable, Equatable, Sendable {
    /// The size in bytes, or the number of files of a folder.
    var size: Int
    /// The modification time in nanoseconds since 1970 of a file; a hash of the names of a folder, or of what a server
    /// says about the version.
    var stamp: Int64
    /// The hash of the content up to `size` of a table or list; of the texts inside a tar file or folder, that of those
    /// that a scan reads.
    var contentHash: UInt64?
    /// The hash of the sizes and modification times of a folder's files.
    var times: UInt64?
    /// The size of what it unpacks to, where that is not the container itself.
    var unpackedSize: Int?
}

/// The part of an index that is read at once: containers and suffixes.
struct IndexMetadata: Codable, Equatable, Sendable {
    var shards: [IndexedShard] = []
    var suffixes: [String] = []

    /// For each container, by its name, the numbers of its parts.
    var shardNumbers: [String: [Int]] {
        var numbers: [String: [Int]] = [:]
        for (number, shard) in shards.enumerated() { numbers[shard.path, default: []].append(number) }
        return numbers
    }

    /// The same for an index in another directory. Samples keep their identities.
    func named(from directory: String, before: String) -> IndexMetadata {
        var metadata = self
        for number in shards.indices where !DataContainer.isRemote(shards[number].path) {
            let old = shards[number].path
            let name = ShardIndex.name(of: FilePath.absolute("\(before)/\(old)"), from: directory)
            guard name != old else { continue }
            metadata.shards[number].path = name
            metadata.shards[number].identityPath = shards[number].identityPath ?? old
        }
        return metadata
    }

    /// Whether the shards share out these samples, and no count or sum of counts is out of its range.
    func isConsistent(samples: Int) -> Bool {
        guard suffixes.count <= Int(UInt16.max) + 1 else { return false }
        var counted = 0
        let largest = Int.max / max(1, shards.count)
        for shard in shards {
            guard shard.firstOrdinal == counted, (0...samples - counted).contains(shard.samples),
                (0...largest).contains(shard.version.size), (0...largest).contains(shard.ignoredMembers),
                (0...shard.samples).contains(shard.duplicateKeys), Self.addUp(shard.runs, to: shard.samples),
                shard.fieldCounts.allSatisfy({
                    suffixes.indices.contains($0.key) && (0...shard.samples).contains($0.value)
                })
            else { return false }
            counted += shard.samples
        }
        return counted == samples
    }

    private static func addUp(_ runs: [Int]?, to samples: Int) -> Bool {
        guard let runs else { return true }
        var counted = 0
        for run in runs {
            guard (0...samples - counted).contains(run) else { return false }
            counted += run
        }
        return counted == samples
    }
}

extension IndexedShard {
    /// A part of a container without samples yet.
    init(_ scan: ContainerScan, path: String, firstOrdinal: Int) {
        self.init(
            path: path,
            kind: scan.kind,
            version: scan.version,
            firstOrdinal: firstOrdinal,
            samples: 0,
            fieldCounts: [:],
            duplicateKeys: 0,
            ignoredMembers: scan.ignored,
            damage: scan.damage
        )
    }
}
