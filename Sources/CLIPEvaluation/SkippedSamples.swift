public import CLIPData

/// The samples that an evaluation left out because they could not be used.
public struct SkippedSamples: Sendable, Equatable, Codable {
    /// How many there are.
    public var total: Int
    /// How many there are of each kind of fault.
    public var kinds: [String: Int]
    /// The first of each kind: which sample, and what is wrong with it.
    public var examples: [String]

    /// Sums up a loader's faults.
    public init(_ faults: FaultTable) {
        total = faults.total
        kinds = Dictionary(faults.counts.map { ($0.key.rawValue, $0.value) }) { $0 + $1 }
        examples = faults.examples.values.compactMap(\.first).map(\.description).sorted()
    }
}
