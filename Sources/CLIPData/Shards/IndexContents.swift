/// One shard as an index knows it.
struct IndexedShard: Codable, Equatable, Sendable {
    /// The path, relative to the index's directory.
    var path: String
    /// The size in bytes when it was scanned.
    var size: Int
    /// The modification time in nanoseconds since 1970.
    var modified: Int64
    /// The ordinal of its first sample.
    var firstOrdinal: Int
    /// How many samples it holds.
    var samples: Int
    /// How many samples have each suffix; the suffix by its number.
    var fieldCounts: [Int: Int]
    /// Samples whose key an earlier sample of the shard has too.
    var duplicateKeys: Int
    /// Members that belong to no sample.
    var ignoredMembers: Int
    /// Why the shard's end was left out, if it was.
    var damage: String?
}

/// The part of an index that is read at once: shards and suffixes.
struct IndexMetadata: Codable, Equatable, Sendable {
    var shards: [IndexedShard] = []
    var suffixes: [String] = []

    /// Whether the shards share out these samples, and no count or sum of counts is out of its range.
    func isConsistent(samples: Int) -> Bool {
        var counted = 0
        let largest = Int.max / max(1, shards.count)
        for shard in shards {
            guard shard.firstOrdinal == counted, (0...samples - counted).contains(shard.samples),
                (0...largest).contains(shard.size), (0...largest).contains(shard.ignoredMembers),
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

/// Where a field lies; 16 bytes in the file.
struct FieldRecord: Equatable, Sendable {
    var offset: UInt64
    var size: UInt32
    var suffix: UInt32
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
    private var suffixNumbers: [String: Int] = [:]

    init() {}

    init(_ file: IndexFile) {
        metadata = file.metadata
        identities = Array(file.identities)
        fieldStarts = Array(file.fieldStarts)
        fields = Array(file.fields)
        keyStarts = Array(file.keyStarts)
        keys = Array(file.keys)
        for (number, suffix) in metadata.suffixes.enumerated() { suffixNumbers[suffix] = number }
    }

    /// Appends a shard's samples; their ordinals follow those that are there.
    mutating func append(_ scan: ShardScan, path: String) {
        var shard = IndexedShard(
            path: path,
            size: scan.size,
            modified: scan.modified,
            firstOrdinal: identities.count,
            samples: scan.samples.count,
            fieldCounts: [:],
            duplicateKeys: 0,
            ignoredMembers: scan.ignored,
            damage: scan.damage
        )
        var seen: [String: UInt64] = [:]
        for sample in scan.samples {
            let earlier = seen[sample.key, default: 0]
            seen[sample.key] = earlier + 1
            if earlier > 0 { shard.duplicateKeys += 1 }
            var hash = StableHash()
            hash.combine(path)
            hash.combine([0])
            hash.combine(sample.key)
            if earlier > 0 { hash.combine(earlier) }
            identities.append(hash.value)
            keys.append(contentsOf: sample.key.utf8)
            keyStarts.append(UInt64(keys.count))
            for field in sample.fields {
                let suffix = number(of: field.suffix)
                shard.fieldCounts[suffix, default: 0] += 1
                fields.append(
                    FieldRecord(
                        offset: UInt64(field.offset),
                        size: UInt32(field.size),
                        suffix: UInt32(suffix)
                    )
                )
            }
            fieldStarts.append(UInt64(fields.count))
        }
        metadata.shards.append(shard)
    }

    private mutating func number(of suffix: String) -> Int {
        if let number = suffixNumbers[suffix] { return number }
        let number = metadata.suffixes.count
        metadata.suffixes.append(suffix)
        suffixNumbers[suffix] = number
        return number
    }
}

/// The result of walking through one shard.
struct ShardScan: Sendable {
    var samples: [ScannedSample] = []
    var size = 0
    var modified: Int64 = 0
    var ignored = 0
    var damage: String?

    /// Reads the headers of a shard.
    ///
    /// - Throws: `ShardError.tar` for a damaged one, unless `keepsReadable`, where the samples before the damage count,
    ///   but for the last, which may have lost fields.
    init(_ path: String, keepsReadable: Bool) throws(ShardError) {
        guard let signature = FilePath.signature(of: path) else {
            throw .file(path: path, action: "read", reason: FilePath.lastError)
        }
        (size, modified) = signature
        let file = try MappedFile(path)
        // Bytes are read through a pointer, which does not keep the mapping.
        defer { withExtendedLifetime(file) {} }
        var scanner = SampleScanner(file.bytes, shard: path)
        do {
            while let sample = try scanner.next() { samples.append(sample) }
        } catch {
            guard keepsReadable else { throw .tar(error) }
            damage = error.description
        }
        ignored = scanner.ignored
    }
}
