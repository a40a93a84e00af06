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
    /// The suffixes of the sample that is added; kept for its memory.
    private var present: Set<Int> = []
    /// The suffix that the last sample had at each place, and its number: most samples are like the one before.
    private var recent: [(suffix: String, number: Int)] = []

    init() {}

    /// - Throws: `ShardError.damagedIndex`.
    init(_ file: IndexFile) throws(ShardError) {
        metadata = file.metadata
        identities = try file.array(.identities)
        fieldStarts = try file.array(.fieldStarts)
        fields = try file.array(.fields)
        keyStarts = try file.array(.keyStarts)
        keys = try file.array(.keys)
        text = try file.array(.text)
        noteSuffixes()
        // Only a container that can grow may meet its old keys again.
        for shard in metadata.shards where shard.kind != .tar {
            for ordinal in shard.live.joined() {
                seen[shard.path, default: [:]][key(of: ordinal), default: 0] += 1
            }
        }
    }

    /// Numbers without what they stand for.
    init(identities: [UInt64], metadata: IndexMetadata) {
        self.metadata = metadata
        self.identities = identities
        fieldStarts = Array(repeating: 0, count: identities.count + 1)
        keyStarts = fieldStarts
        noteSuffixes()
    }

    private mutating func noteSuffixes() {
        for (number, suffix) in metadata.suffixes.enumerated() { suffixNumbers[suffix] = number }
    }

    /// A sample's key; a question mark where the numbers make no sense.
    func key(of ordinal: Int) -> String {
        let (start, end) = (keyStarts[ordinal], keyStarts[ordinal + 1])
        guard start <= end, end <= UInt64(keys.count) else { return "?" }
        return String(decoding: keys[Int(start)..<Int(end)], as: UTF8.self)
    }

    /// A sample's fields; none where the numbers make no sense.
    func fields(of ordinal: Int) -> ArraySlice<FieldRecord> {
        let (start, end) = (fieldStarts[ordinal], fieldStarts[ordinal + 1])
        guard start <= end, end <= UInt64(fields.count) else { return [] }
        return fields[Int(start)..<Int(end)]
    }

    /// A piece of the index's own text; nothing where the numbers make no sense.
    func text(of record: FieldRecord) -> ArraySlice<UInt8> {
        guard record.offset <= UInt64(text.count), UInt64(record.size) <= UInt64(text.count) - record.offset
        else { return [] }
        return text[Int(record.offset)..<Int(record.offset) + Int(record.size)]
    }

    /// Appends a container's samples; their ordinals follow those that are there.
    ///
    /// - Throws: `ShardError.tooManySuffixes`.
    mutating func append(_ scan: ContainerScan, path: String) throws(ShardError) {
        var shard = IndexedShard(scan, path: path, firstOrdinal: identities.count)
        let base = add(text: scan.text)
        var identities = SampleIdentities(of: path, seen: seen.removeValue(forKey: path) ?? [:])
        identities.reserve(scan.samples.count)
        for sample in scan.samples {
            let (identity, isRepeated) = identities.next(sample.key)
            if isRepeated { shard.duplicateKeys += 1 }
            try add(sample, identity, text: base, to: &shard)
        }
        if scan.kind != .tar { seen[path] = identities.seen }
        metadata.shards.append(shard)
    }

    /// Keeps a text and says where it starts.
    mutating func add(text content: [UInt8]) -> UInt64 {
        defer { text += content }
        return UInt64(text.count)
    }

    /// Adds one sample to a part; `base` is where the scan's text starts.
    ///
    /// - Throws: `ShardError.tooManySuffixes`.
    mutating func add(
        _ sample: ScannedSample,
        _ identity: UInt64,
        text base: UInt64,
        to shard: inout IndexedShard
    ) throws(ShardError) {
        identities.append(identity)
        keys.append(contentsOf: sample.key.utf8)
        keyStarts.append(UInt64(keys.count))
        let first = fields.count
        let hasMany = sample.fields.count > 16
        if hasMany { present.removeAll(keepingCapacity: true) }
        for (place, field) in sample.fields.enumerated() {
            let suffix = try number(of: field.suffix, at: place)
            // Of columns or files with one name the first counts.
            let isNew =
                hasMany
                ? present.insert(suffix).inserted : !fields[first...].contains { $0.suffix == suffix }
            guard isNew else { continue }
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
        shard.samples += 1
    }

    /// Adds the number of a sample that is gone.
    mutating func addGone(_ identity: UInt64, to shard: inout IndexedShard) {
        identities.append(identity)
        keyStarts.append(UInt64(keys.count))
        fieldStarts.append(UInt64(fields.count))
        shard.samples += 1
    }

    private mutating func number(of suffix: String, at place: Int) throws(ShardError) -> Int {
        if place < recent.count, recent[place].suffix == suffix { return recent[place].number }
        let number = try number(of: suffix)
        if place < recent.count {
            recent[place] = (suffix, number)
        } else if place == recent.count {
            recent.append((suffix, number))
        }
        return number
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
