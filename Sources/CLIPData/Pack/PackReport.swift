import LocalFiles

/// What packing wrote and left out; stored beside the shards as `manifest.json`.
public struct PackReport: Codable, Equatable, Sendable {
    /// One tar file.
    public struct Shard: Codable, Equatable, Sendable {
        /// The path inside the output folder.
        public var path: String
        /// The number of samples in it.
        public var samples: Int
        /// The file's size in bytes.
        public var bytes: Int
        /// The file's SHA-256 in lower-case hexadecimal.
        public var sha256: String
    }

    /// The format's name, so that a folder of shards can be told from others.
    public var format = Self.formatName
    /// The number of pictures that the input names.
    public var candidates = 0
    /// The number of samples written.
    public var samples = 0
    /// Dropped candidates by `PackDrop`.
    public var drops: [String: Int] = [:]
    /// The keys of the first dropped candidates by reason.
    public var examples: [String: [String]] = [:]
    /// Samples by the source that the input names.
    public var sources: [String: Int] = [:]
    /// How many samples have a member with this suffix.
    public var fields: [String: Int] = [:]
    /// Samples whose picture was made smaller.
    public var downscaled = 0
    /// True where near duplicates may be left: so many pictures look similar that not all were compared. Else nil.
    public var missesNearDuplicates: Bool?
    /// The bytes of all shards.
    public var bytes = 0
    /// The shards in order.
    public var shards: [Shard] = []

    /// What the format is called, before its number.
    static let formatStem = "swift-clip shards "
    static let formatNumber = FormatVersion(1)
    static var formatName: String { "\(formatStem)\(formatNumber.current)" }
    static let exampleLimit = 5

    mutating func add(_ sample: ShardPacker.Sample, source: String?) {
        samples += 1
        downscaled += sample.isDownscaled ? 1 : 0
        sources[source ?? "unnamed", default: 0] += 1
        for member in sample.members { fields[member.suffix, default: 0] += 1 }
    }

    mutating func drop(_ key: String, _ reason: PackDrop) {
        drops[reason.rawValue, default: 0] += 1
        if examples[reason.rawValue, default: []].count < Self.exampleLimit {
            examples[reason.rawValue, default: []].append(key)
        }
    }
}

/// How far packing is.
public struct PackProgress: Equatable, Sendable {
    /// Candidates looked at.
    public var done: Int
    /// Candidates in all.
    public var total: Int
}
