/// A container, or what was appended to it later, as an index knows it.
struct IndexedShard: Codable, Equatable, Sendable {
    /// The path relative to the index's directory, or an address or a command.
    var path: String
    /// What kind of data it is.
    var kind: DataContainer.Kind
    /// What it looked like when it was scanned.
    var version: ContainerVersion
    /// The ordinal of its first sample.
    var firstOrdinal: Int
    /// How many samples it holds.
    var samples: Int
    /// How many samples have each suffix; the suffix by its number.
    var fieldCounts: [Int: Int]
    /// Samples whose key an earlier sample of the container has too.
    var duplicateKeys: Int
    /// Members, rows or files that belong to no sample.
    var ignoredMembers: Int
    /// Why the container's end was left out, if it was.
    var damage: String?
}

/// What a container looked like when it was scanned.
struct ContainerVersion: Codable, Equatable, Sendable {
    /// The size in bytes, or the number of files of a folder.
    var size: Int
    /// The modification time in nanoseconds since 1970 of a file; a hash of the names of a folder, or of what a server
    /// says about the version.
    var stamp: Int64
    /// The hash of the content up to `size`, where growth is looked for.
    var contentHash: UInt64?
    /// The size of what it unpacks to, where that is not the container itself.
    var unpackedSize: Int?
}

/// The part of an index that is read at once: containers and suffixes.
struct IndexMetadata: Codable, Equatable, Sendable {
    var shards: [IndexedShard] = []
    var suffixes: [String] = []

    /// Whether the shards share out these samples, and no count or sum of counts is out of its range.
    func isConsistent(samples: Int) -> Bool {
        guard suffixes.count <= Int(UInt16.max) + 1 else { return false }
        var counted = 0
        let largest = Int.max / max(1, shards.count)
        for shard in shards {
            guard shard.firstOrdinal == counted, (0...samples - counted).contains(shard.samples),
                (0...largest).contains(shard.version.size), (0...largest).contains(shard.ignoredMembers),
                (0...shard.samples).contains(shard.duplicateKeys),
                shard.fieldCounts.allSatisfy({
                    suffixes.indices.contains($0.key) && (0...shard.samples).contains($0.value)
                })
            else { return false }
            counted += shard.samples
        }
        return counted == samples
    }
}

/// A whole index while it is made.
struct IndexContents {
    var metadata = IndexMetadata()
    var identities: [UInt64] = []
    /// For each sample, where its fields start; one more entry than samples.
    var fieldStarts: [UInt64] = [0]
    var fields: [FieldRecord] = []
    /// For each sample, where its key starts; one more entry than samples.
    var keyStarts: [UInt64] = [0]
    var keys: [UInt8] = []
    /// Captions of tables, and paths.
    var text: [UInt8] = []
    private var suffixNumbers: [String: Int] = [:]
    /// How often a key came before, by container path and key, over all parts of a container.
    private var seen: [String: [String: UInt64]] = [:]

    init() {}

    init(_ file: IndexFile) {
        metadata = file.metadata
        identities = Array(file.identities)
        fieldStarts = Array(file.fieldStarts)
        fields = Array(file.fields)
        keyStarts = Array(file.keyStarts)
        keys = Array(file.keys)
        text = Array(file.text)
        for (number, suffix) in metadata.suffixes.enumerated() { suffixNumbers[suffix] = number }
        // Only a container that can grow may meet its old keys again.
        for shard in metadata.shards where shard.kind != .tar {
            for ordinal in shard.firstOrdinal..<shard.firstOrdinal + shard.samples {
                seen[shard.path, default: [:]][file.key(of: ordinal), default: 0] += 1
            }
        }
    }

    /// Appends a container's samples; their ordinals follow those that are there.
    ///
    /// - Throws: `ShardError.tooManySuffixes`.
    mutating func append(_ scan: ContainerScan, path: String) throws(ShardError) {
        var shard = IndexedShard(
            path: path,
            kind: scan.kind,
            version: scan.version,
            firstOrdinal: identities.count,
            samples: scan.samples.count,
            fieldCounts: [:],
            duplicateKeys: 0,
            ignoredMembers: scan.ignored,
            damage: scan.damage
        )
        let base = UInt64(text.count)
        text += scan.text
        var seen = self.seen.removeValue(forKey: path) ?? [:]
        seen.reserveCapacity(seen.count + scan.samples.count)
        var place = StableHash()
        place.combine(path)
        place.combine(byte: 0)
        var present: Set<Int> = []
        for sample in scan.samples {
            let earlier = seen[sample.key, default: 0]
            seen[sample.key] = earlier + 1
            if earlier > 0 { shard.duplicateKeys += 1 }
            var hash = place
            hash.combine(sample.key)
            if earlier > 0 { hash.combine(earlier) }
            identities.append(hash.value)
            keys.append(contentsOf: sample.key.utf8)
            keyStarts.append(UInt64(keys.count))
            // Of columns or files with one name the first counts.
            present.removeAll(keepingCapacity: true)
            for field in sample.fields {
                let suffix = try number(of: field.suffix)
                guard present.insert(suffix).inserted else { continue }
                shard.fieldCounts[suffix, default: 0] += 1
                fields.append(
                    FieldRecord(
                        offset: UInt64(field.offset) + (field.place == .container ? 0 : base),
                        size: UInt32(field.size),
                        suffix: UInt16(suffix),
                        place: field.place.rawValue,
                        detail: field.detail
                    )
                )
            }
            fieldStarts.append(UInt64(fields.count))
        }
        if scan.kind != .tar { self.seen[path] = seen }
        metadata.shards.append(shard)
    }

    private mutating func number(of suffix: String) throws(ShardError) -> Int {
        if let number = suffixNumbers[suffix] { return number }
        let number = metadata.suffixes.count
        guard number <= UInt16.max else { throw .tooManySuffixes(limit: Int(UInt16.max) + 1, last: suffix) }
        metadata.suffixes.append(suffix)
        suffixNumbers[suffix] = number
        return number
    }
}
