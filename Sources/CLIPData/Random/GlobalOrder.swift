/// A permutation of all samples in each epoch, as a pure function of seed, stage and position.
///
/// Positions `e·count ..< (e+1)·count` visit every sample once.
public struct GlobalOrder: SampleOrder {
    /// How many samples there are.
    public let count: Int
    private let seed: UInt64
    private let stage: UInt64
    private let isShuffled: Bool

    /// Creates the order of one stage.
    ///
    /// - Precondition: `count > 0`.
    public init(count: Int, seed: UInt64, stage: Int = 0, isShuffled: Bool = true) {
        precondition(count > 0, "an order needs at least one sample")
        self.count = count
        self.seed = seed
        self.stage = UInt64(stage)
        self.isShuffled = isShuffled
    }

    /// The number of samples.
    public var epochLength: Int { count }

    /// The sample at a position.
    public func sample(at position: Int) -> SampleVisit {
        let (visit, place) = position.quotientAndRemainder(dividingBy: count)
        guard isShuffled else { return SampleVisit(index: place, visit: visit) }
        return SampleVisit(index: permutation(of: visit)[place], visit: visit)
    }

    /// Any sample of the source.
    public func reserve(for position: Int, attempt: Int) -> SampleVisit {
        var random = CounterRandom(
            seed: seed,
            stage: stage,
            visit: UInt64(attempt),
            ordinal: UInt64(position),
            purpose: .reserve
        )
        return SampleVisit(index: random.index(below: count), visit: position / count)
    }

    /// The permutation of one epoch.
    public func permutation(of visit: Int) -> KeyedPermutation {
        KeyedPermutation(
            count: count,
            random: CounterRandom(seed: seed, stage: stage, visit: UInt64(visit), purpose: .order)
        )
    }

    /// The positions of one rank's rows in the global batch that starts at `position`.
    ///
    /// - Precondition: `batchSize` is a multiple of `ranks`.
    public static func rows(
        of rank: Int,
        ranks: Int,
        batchSize: Int,
        from position: Int
    ) -> Range<Int> {
        precondition(batchSize % ranks == 0 && (0..<ranks).contains(rank), "rank \(rank) of \(ranks)")
        let share = batchSize / ranks
        return position + rank * share..<position + (rank + 1) * share
    }
}
