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
    /// By path, where identities are made with another.
    private(set) var identityPaths: [String: String] = [:]
    /// How often a key came before, by container path and key, over all parts of a container.
    private var seen: [String: [String: UInt64]] = [:]
    /// The suffixes of the sample that is added; kept for its memory.
    private var present: Set<Int> = []
    /// The suffix that the last sample had at each place, and its number: most samples are like the one before.
    private var recent: [(suffix: String, number: Int)] = []

    init() {}

    /// - Parameter metadata: In place of the file's; samples behind its last shard are left out.
    /// - Throws: `ShardError.damagedIndex`.
    init(_ file: IndexFile, metadata: IndexMetadata? = nil) throws(ShardError) {
        self.metadata = metadata ?? file.metadata
        identities = try file.array(.identities)
        fieldStarts = try file.array(.fieldStarts)
        fields = try file.array(.fields)
        keyStarts = try file.array(.keyStarts)
        keys = try file.array(.keys)
        text = try file.array(.text)
        cut(to: self.metadata.shards.last.map { $0.firstOrdinal + $0.samples } ?? 0)
        noteNames()
        // Only a container that can grow may meet its old keys again.
        for shard in self.metadata.shards where shard.kind != .tar {
            for ordinal in shard.live.joined() {
                seen[shard.path, default: [:]][key(of: ordinal), default: 0] += 1
            }
        }
    }

    /// Numbers without what they stand for.
    init(identities: [UInt64], metadata: IndexMetadata, identityPaths: [String: String] = [:]) {
        self.identityPaths = identityPaths
        self.metadata = metadata
        self.identities = identities
        fieldStarts = Array(repeating: 0, count: identities.count + 1)
        keyStarts = fieldStarts
        noteNames()
    }

    private mutating func noteNames() {
        for shard in metadata.shards { identityPaths[shard.path] = shard.identityPath }
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
        var shard = part(scan, path: path)
        let base = add(text: scan.text)
        var identities = SampleIdentities(
            of: identityPaths[path] ?? path,
            seen: seen.removeValue(forKey: path) ?? [:]
        )
        identities.reserve(scan.samples.count)
        for sample in scan.samples {
            let (identity, isRepeated) = identities.next(sample.key)
            if isRepeated { shard.duplicateKeys += 1 }
            try add(sample, identity, text: base, to: &shard)
        }
        if scan.kind != .tar { seen[path] = identities.seen }
        metadata.shards.append(shard)
    }

    /// A part of a container without samples yet, behind all others.
    func part(_ scan: ContainerScan, path: String) -> IndexedShard {
        var part = IndexedShard(scan, path: path, firstOrdinal: identities.count)
        part.identityPath = identityPaths[path]
        return part
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
    ///
    /// - Parameter picture: Of a row, by what it is known should it come back.
    mutating func addGone(_ identity: UInt64, picture: UInt64?, to shard: inout IndexedShard) {
        identities.append(identity)
        if let picture { fields.append(.gone(picture: picture)) }
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
