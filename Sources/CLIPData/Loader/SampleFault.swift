/// A kind of fault, by which bad samples are counted.
public struct FaultKind: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The words that tables show.
    public let rawValue: String

    /// Names a kind.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The sample has no image field.
    public static let missingImage = FaultKind(rawValue: "missing image")
    /// A file that the sample names cannot be read.
    public static let missingFile = FaultKind(rawValue: "missing file")
    /// The sample has none of the caption fields.
    public static let missingCaption = FaultKind(rawValue: "missing caption")
    /// All captions of the sample are blank.
    public static let emptyCaption = FaultKind(rawValue: "empty caption")
    /// The sample has one caption where a pair takes two.
    public static let singleCaption = FaultKind(rawValue: "single caption")
    /// The image cannot be decoded, or is refused.
    public static let badImage = FaultKind(rawValue: "bad image")
    /// A field's content is malformed.
    public static let damagedField = FaultKind(rawValue: "damaged field")
    /// The caption has no tokens.
    public static let noTokens = FaultKind(rawValue: "caption without tokens")

    /// There is no embedding of the caption.
    public static let missingEmbedding = FaultKind(rawValue: "caption without embedding")

    /// The words that tables show.
    public var description: String { rawValue }
}

/// A sample that could not be used, and why.
public struct SampleFault: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What kind of fault it is.
    public var kind: FaultKind
    /// The sample's key and shard.
    public var label: SampleLabel
    /// The sample's number in the index.
    public var ordinal: Int
    /// The position in the stream at which it was met.
    public var position: Int
    /// What exactly is wrong.
    public var reason: String

    /// One line for people.
    public var description: String { "\(kind): '\(label.key)' in \(label.shard): \(reason)" }
}

/// An error that says by which kind it is to be counted; image decoders adopt it.
public protocol SampleFaultError: Error {
    /// The kind to count it by.
    var faultKind: FaultKind { get }
}

/// Why a sample cannot be used, before it is known which one it is.
struct SampleProblem: SampleFaultError, CustomStringConvertible {
    var kind: FaultKind
    var reason: String

    var faultKind: FaultKind { kind }
    var description: String { reason }
}

/// Faults counted by kind, with the first few of each kind as examples.
public struct FaultTable: Sendable, Equatable, CustomStringConvertible {
    /// Examples kept of each kind.
    public static let examplesPerKind = 5

    /// How often each kind was met.
    public private(set) var counts: [FaultKind: Int] = [:]
    /// The first faults of each kind.
    public private(set) var examples: [FaultKind: [SampleFault]] = [:]

    /// Creates an empty table.
    public init() {}

    /// All faults together.
    public var total: Int { counts.values.reduce(0, +) }

    /// Adds a fault.
    public mutating func add(_ fault: SampleFault) {
        counts[fault.kind, default: 0] += 1
        if examples[fault.kind, default: []].count < Self.examplesPerKind {
            examples[fault.kind, default: []].append(fault)
        }
    }

    /// One line for each kind with its count and first example, most frequent first.
    public var description: String {
        let kinds = counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        return kinds.map { kind, count in
            let example = examples[kind]?.first.map {
                ", first '\($0.label.key)' in \($0.label.shard): \($0.reason)"
            }
            return "  \(count) × \(kind)\(example ?? "")"
        }.joined(separator: "\n")
    }
}
