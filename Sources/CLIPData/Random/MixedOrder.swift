/// Several parts of a source, each with its own order, in the shares of their weights.
///
/// One epoch is as long as the source and holds a fixed number of positions for each part, in proportion to the weights
/// (largest remainders, at least one). Each stretch of ``MixtureTable/stretch`` positions holds the same shares but for
/// rounding, spread by a keyed permutation. Part `i`'s positions run through its own endless order, so its samples come
/// equally often however long it is.
public struct MixedOrder: SampleOrder {
    /// One of the parts.
    public struct Part: Sendable {
        /// The part's own order; its samples count from 0.
        public var order: any SampleOrder
        /// Where the part's samples start in the source.
        public var start: Int
        /// How often the part is drawn, relative to the others.
        public var weight: Double

        /// Creates a part.
        public init(order: any SampleOrder, start: Int, weight: Double) {
            self.order = order
            self.start = start
            self.weight = weight
        }
    }

    private let parts: [Part]
    let table: MixtureTable
    private let seed: UInt64
    private let stage: UInt64

    /// Mixes parts.
    ///
    /// - Precondition: There is a part, and weights are positive and finite.
    public init(_ parts: [Part], seed: UInt64, stage: Int = 0) {
        precondition(!parts.isEmpty && parts.allSatisfy { $0.weight > 0 && $0.weight.isFinite })
        self.parts = parts
        self.seed = seed
        self.stage = UInt64(stage)
        table = MixtureTable(
            total: parts.reduce(0) { $0 + $1.order.epochLength },
            weights: parts.map(\.weight)
        )
    }

    /// The number of positions of an epoch: the samples of all parts.
    public var epochLength: Int { table.total }

    /// How many positions of an epoch each part has.
    public var shares: [Int] { table.shares }

    /// The sample at a position.
    public func sample(at position: Int) -> SampleVisit {
        let (part, place) = part(at: position)
        return shifted(parts[part].order.sample(at: place), to: part)
    }

    /// A sample of the same part.
    public func reserve(for position: Int, attempt: Int) -> SampleVisit {
        let (part, place) = part(at: position)
        return shifted(parts[part].order.reserve(for: place, attempt: attempt), to: part)
    }

    /// The windows of all parts whose samples cannot be read at random.
    public func window(at position: Int) -> ReadingWindow? {
        let (epoch, place) = position.quotientAndRemainder(dividingBy: table.total)
        let stretch = place / MixtureTable.stretch
        var all: ReadingWindow?
        for (number, part) in parts.enumerated() {
            let start = epoch * table.shares[number] + table.given(number, before: stretch)
            guard let window = part.order.window(at: start) else { continue }
            func moved(_ ranges: [Range<Int>]) -> [Range<Int>] {
                ranges.map { $0.lowerBound + part.start..<$0.upperBound + part.start }
            }
            let others = all ?? ReadingWindow(number: 0, current: [], next: [])
            all = ReadingWindow(
                number: others.number + window.number,
                current: others.current + moved(window.current),
                next: others.next + moved(window.next)
            )
        }
        return all
    }

    /// Which part a position belongs to, and the position in that part's own stream.
    func part(at position: Int) -> (part: Int, place: Int) {
        let (epoch, place) = position.quotientAndRemainder(dividingBy: table.total)
        let (stretch, offset) = place.quotientAndRemainder(dividingBy: MixtureTable.stretch)
        var spread = KeyedPermutation(
            count: table.length(of: stretch),
            random: CounterRandom(
                seed: seed,
                stage: stage,
                visit: UInt64(epoch),
                ordinal: UInt64(stretch),
                purpose: .mixture
            )
        )[offset]
        for number in parts.indices {
            let before = table.given(number, before: stretch)
            let here = table.given(number, before: stretch + 1) - before
            if spread < here { return (number, epoch * table.shares[number] + before + spread) }
            spread -= here
        }
        preconditionFailure("the shares of a stretch add up to its length")
    }

    private func shifted(_ visit: SampleVisit, to part: Int) -> SampleVisit {
        SampleVisit(index: visit.index + parts[part].start, visit: visit.visit)
    }
}
