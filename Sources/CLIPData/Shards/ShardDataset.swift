/// The samples of some shards, by way of their index.
public struct ShardDataset: SampleSource {
    /// The shards, in order.
    public let shards: ShardList
    /// The index, which may know more shards than these.
    public let index: ShardIndex
    /// How many samples the shards hold.
    public let count: Int
    /// How many of these samples have each field.
    public let fieldCounts: [String: Int]
    /// For each shard, its number in the index.
    private let numbers: [Int]
    /// For each shard, how many samples come before it.
    private let starts: [Int]
    private let suffixNumbers: [String: UInt32]
    private let files: ShardFiles

    /// The samples of `shards`; the index must know them all.
    ///
    /// - Throws: `ShardError.staleIndex`.
    public init(_ shards: ShardList, index: ShardIndex) throws {
        let known = index.shardNumbers
        let table = index.file.metadata
        var numbers: [Int] = []
        var starts: [Int] = []
        var count = 0
        var fields: [String: Int] = [:]
        for shard in shards.paths {
            guard let number = known[index.name(of: shard)] else {
                throw ShardError.staleIndex(index: index.path, reason: "it does not know '\(shard)'")
            }
            numbers.append(number)
            starts.append(count)
            count += table.shards[number].samples
            for (suffix, samples) in table.shards[number].fieldCounts where suffix < table.suffixes.count {
                fields[table.suffixes[suffix], default: 0] += samples
            }
        }
        guard count > 0 else {
            throw ShardError.noShards(
                specification: shards.specification,
                reason: numbers.count == 1
                    ? "its one shard holds no samples" : "its \(numbers.count) shards hold no samples"
            )
        }
        self.shards = shards
        self.index = index
        self.count = count
        self.numbers = numbers
        self.starts = starts
        fieldCounts = fields
        suffixNumbers = Dictionary(table.suffixes.enumerated().map { ($1, UInt32($0)) }) { first, _ in first }
        files = ShardFiles(shards.paths)
    }

    /// Lists shards, opens or makes their index, and opens them.
    ///
    /// - Throws: `ShardError`.
    public static func open(
        _ specifications: [String],
        index path: String? = nil,
        options: IndexOptions = IndexOptions(),
        progress: (@Sendable (IndexProgress) -> Void)? = nil
    ) throws -> ShardDataset {
        let shards = try ShardList(specifications)
        let index = try ShardIndex.openOrBuild(shards, at: path, options: options, progress: progress)
        return try ShardDataset(shards, index: index)
    }

    /// The length of per-sample state: the index's number of samples.
    public var ordinalCount: Int { index.sampleCount }

    /// The sample's number in the index.
    public func ordinal(at position: Int) -> Int { place(of: position).ordinal }

    /// The hash of the shard's path beside the index and the key.
    public func identity(at position: Int) -> UInt64 { index.file.identities[ordinal(at: position)] }

    /// Key and shard.
    public func label(at position: Int) -> SampleLabel {
        let (shard, ordinal) = place(of: position)
        return SampleLabel(key: index.file.key(of: ordinal), shard: shards.paths[shard])
    }

    /// A field's content, mapped.
    public func field(_ suffix: String, at position: Int) throws -> FieldBytes? {
        guard let number = suffixNumbers[suffix] else { return nil }
        let (shard, ordinal) = place(of: position)
        guard let record = index.file.fields(of: ordinal).first(where: { $0.suffix == number }) else {
            return nil
        }
        let file = try files.file(shard) { path throws(ShardError) in
            try index.checkUnchanged(numbers[shard], path)
        }
        guard record.offset <= UInt64(file.bytes.count),
            UInt64(record.size) <= UInt64(file.bytes.count) - record.offset
        else {
            throw ShardError.damagedIndex(
                index: index.path,
                reason: "it places '\(label(at: position).key).\(suffix)' outside '\(shards.paths[shard])'"
            )
        }
        return FieldBytes(file, Int(record.offset)..<Int(record.offset) + Int(record.size))
    }

    private func place(of position: Int) -> (shard: Int, ordinal: Int) {
        precondition((0..<count).contains(position), "sample \(position) of \(count)")
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= position { low = middle } else { high = middle }
        }
        return (low, index.file.metadata.shards[numbers[low]].firstOrdinal + position - starts[low])
    }
}
