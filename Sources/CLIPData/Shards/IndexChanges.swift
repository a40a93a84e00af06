/// What became of an index that was there when data was opened.
public struct IndexChanges: Sendable, Codable, Equatable, CustomStringConvertible {
    /// Shards, tables and folders that the index did not know.
    public var newShards = 0
    /// Those that have more samples at their end.
    public var grownShards = 0
    /// Those that are others than they were.
    public var editedShards = 0
    /// Those with other times and the same content.
    public var touchedShards = 0
    /// Samples that were given numbers.
    public var newSamples = 0
    /// Samples that kept their numbers and have other contents.
    public var editedSamples = 0
    /// Samples that were gone and have their numbers again.
    public var returnedSamples = 0
    /// Samples that are gone; their numbers stay unused.
    public var goneSamples = 0
    /// Why the index was made anew, where it was.
    public var damage: String?
    /// Whether samples that were there may have other numbers.
    public var isRenumbered = false

    /// No change.
    public init() {}

    /// Whether there is anything to tell: times alone are not.
    public var isNotable: Bool { newShards + grownShards + editedShards > 0 || damage != nil }

    private static let renumbering =
        "samples are numbered again in the order of the list, which gives them the numbers that they had if nothing came or "
        + "went since the data was first indexed; a run that keeps state of each sample refuses to go on with others"

    /// One line for people.
    public var description: String {
        var parts: [String] = []
        if let damage {
            parts.append("the index was made anew, since \(damage)")
            parts.append(isRenumbered ? Self.renumbering : "samples keep their numbers")
            return parts.joined(separator: "; ")
        }
        let shards = [(newShards, "new"), (grownShards, "longer"), (editedShards, "edited")]
            .filter { $0.0 > 0 }
            .map { "\($0) \($0 == 1 ? "is" : "are") \($1)" }
        parts.append("of the shards, \(shards.joined(separator: ", "))")
        let samples = [
            (newSamples, "came"), (returnedSamples, "came back"), (editedSamples, "changed"),
            (goneSamples, "went"),
        ]
        .filter { $0.0 > 0 }
        .map { "\($0) \($1)" }
        if !samples.isEmpty { parts.append("samples: \(samples.joined(separator: ", "))") }
        parts.append("all others keep their numbers")
        return parts.joined(separator: "; ")
    }
}
