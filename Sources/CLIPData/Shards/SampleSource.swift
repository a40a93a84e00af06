public import RemoteFiles

/// Random access to the samples of a data set.
///
/// Positions in a source are dense, `0 ..< count`; a sample's ordinal and identity do not depend on which part of
/// the data a source selects.
public protocol SampleSource: Sendable {
    /// How many samples there are.
    var count: Int { get }
    /// One more than the largest ordinal that the data's index has given out: the length of per-sample state.
    var ordinalCount: Int { get }
    /// How many samples have each field.
    var fieldCounts: [String: Int] { get }

    /// The parts of the source, as ranges of places, that lie together and are best read together: its shards.
    var blocks: [Range<Int>] { get }
    /// Whether any sample can be read at any time at a like cost.
    var hasRandomAccess: Bool { get }
    /// What is peculiar about the files themselves, one sentence each.
    var notes: [String] { get }
    /// Says which samples are read now and which come next, so that they can be fetched ahead and others dropped.
    func announce(_ window: ReadingWindow)
    /// The same samples, whose reading ends with an error once `stop` is raised, however long a server or a command would
    /// take, and is not fetched ahead any more.
    func stoppable(by stop: StopSignal) -> any SampleSource

    /// The dense number of a sample; it never changes while data is only appended.
    func ordinal(at index: Int) -> Int
    /// The stable 64-bit identity of a sample: a hash of source and key.
    func identity(at index: Int) -> UInt64
    /// What to call a sample in messages.
    func label(at index: Int) -> SampleLabel
    /// A field's content, or nil where the sample has no such field.
    ///
    /// - Throws: `ShardError` when the data under the index changed or cannot be read.
    func field(_ suffix: String, at index: Int) throws -> FieldBytes?
}

/// A sample's name for people.
public struct SampleLabel: Sendable, Hashable, Codable {
    /// The key in its shard.
    public var key: String
    /// The file that holds it.
    public var shard: String

    /// Names a sample.
    public init(key: String, shard: String) {
        self.key = key
        self.shard = shard
    }
}

extension SampleSource {
    /// One, of all samples.
    public var blocks: [Range<Int>] { [0..<count] }
    /// Yes.
    public var hasRandomAccess: Bool { true }
    /// Does nothing.
    public func announce(_ window: ReadingWindow) {}
    /// The source itself: what lies on this machine is read at once.
    public func stoppable(by stop: StopSignal) -> any SampleSource { self }

    /// Nothing.
    public var notes: [String] { [] }

    /// Stops early when no sample at all has one of the expected fields.
    ///
    /// - Throws: `ShardError.fields` with the fields that were found instead and their counts.
    public func require(_ expected: [String], purpose: String) throws {
        let found = fieldCounts
        guard !expected.contains(where: { (found[$0] ?? 0) > 0 }) else { return }
        throw ShardError.fields(expected: expected, purpose: purpose, found: found, samples: count)
    }
}
