/// Drops samples that equal or look like earlier ones.
struct PackFilter {
    private let dropsDuplicates: Bool
    private var seen = Set<[UInt8]>()
    private var looks: NearDuplicateIndex?

    init(_ configuration: ShardPacker.Configuration) {
        dropsDuplicates = configuration.dropDuplicates
        looks = configuration.nearDistance.map { NearDuplicateIndex(distance: $0) }
    }

    /// Whether near duplicates may be left, since too many pictures look similar to compare all of them.
    var missesNearDuplicates: Bool { looks?.isComplete == false }

    /// The outcome, or why the sample is dropped after all; to be asked in the order of the candidates.
    mutating func judge(_ outcome: ShardPacker.Outcome) -> ShardPacker.Outcome {
        guard case .sample(let sample) = outcome else { return outcome }
        if dropsDuplicates, !seen.insert(sample.fingerprint).inserted { return .dropped(.duplicate) }
        if let look = sample.look, looks?.insert(look) == false { return .dropped(.nearDuplicate) }
        return outcome
    }
}
