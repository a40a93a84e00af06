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

/// A field's bytes together with what keeps them in memory.
public struct FieldBytes: Sendable {
    private let file: MappedFile
    private let range: Range<Int>

    init(_ file: MappedFile, _ range: Range<Int>) {
        self.file = file
        self.range = range
    }

    /// The content's size in bytes.
    public var count: Int { range.count }

    /// Calls `body` with the content.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(file) {} }
        return try body(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
    }

    /// The content as text; bytes that are not UTF-8 become U+FFFD, a byte order mark is dropped.
    public var text: String {
        withUnsafeBytes { bytes in
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            return String(decoding: bytes[start...], as: UTF8.self)
        }
    }
}

extension SampleSource {
    /// Stops early when no sample at all has one of the expected fields.
    ///
    /// - Throws: `ShardError.fields` with the fields that were found instead and their counts.
    public func require(_ expected: [String], purpose: String) throws {
        let found = fieldCounts
        guard !expected.contains(where: { (found[$0] ?? 0) > 0 }) else { return }
        throw ShardError.fields(expected: expected, purpose: purpose, found: found, samples: count)
    }
}
