/// What an index says about some shards, for printing.
public struct IndexSummary: Sendable, Codable, Equatable {
    /// How many samples there are.
    public var samples: Int
    /// How many shards there are.
    public var shards: Int
    /// The shards' size in bytes.
    public var bytes: Int
    /// How many samples have each field.
    public var fields: [String: Int]
    /// Samples that share their key with an earlier one of the same shard.
    public var duplicateKeys: Int
    /// Tar members that belong to no sample.
    public var ignoredMembers: Int
    /// What was left out of damaged shards, one sentence each.
    public var damage: [String]
    /// The index file.
    public var index: String
    /// What the index took up when it was opened; nil where it was new, or all was as it was.
    public var changes: IndexChanges?
}

extension ShardDataset {
    /// Sums up what the index says about these shards.
    public var summary: IndexSummary {
        let table = index.file.metadata.shards
        let numbers = index.shardNumbers
        // Also of those of which no sample is left: their damage is what there is to say.
        let known = shards.containers.map { ($0, numbers[index.name(of: $0.name)] ?? []) }
        let entries = Set(known.flatMap(\.1)).sorted().map { table[$0] }
        let sizes = known.map { container, numbers in
            container.kind == .folder ? 0 : numbers.last.map { table[$0].version.size } ?? 0
        }
        return IndexSummary(
            samples: count,
            shards: shards.containers.count,
            bytes: sizes.reduce(0, +),
            fields: fieldCounts,
            duplicateKeys: entries.reduce(0) { $0 + $1.duplicateKeys },
            ignoredMembers: entries.reduce(0) { $0 + $1.ignoredMembers },
            damage: entries.compactMap(\.damage),
            index: index.path,
            changes: index.changes
        )
    }
}
