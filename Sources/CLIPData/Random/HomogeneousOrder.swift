import Synchronization

/// Several parts of a source, of which each batch takes one.
///
/// Which part a batch takes is a keyed draw in the shares of the weights, as ``MixedOrder`` draws samples: each stretch of
/// batches holds the same shares but for rounding. The batches of a part run through its own endless order, one behind the
/// other. The state is the position alone; a run that goes on with another size of batches begins at the next border of these.
public struct HomogeneousOrder: SampleOrder {
    private let parts: [MixedOrder.Part]
    private let batches: MixedOrder
    private let batchSize: Int
    private let stretches = BatchStretches()

    /// Mixes parts.
    ///
    /// - Precondition: There is a part, weights are positive and finite, and `batchSize > 0`.
    public init(_ parts: [MixedOrder.Part], batchSize: Int, seed: UInt64, stage: Int = 0) {
        precondition(batchSize > 0)
        self.parts = parts
        self.batchSize = batchSize
        batches = MixedOrder(
            parts.map { part in
                MixedOrder.Part(
                    order: BatchCount(count: max(1, part.order.epochLength / batchSize)),
                    start: 0,
                    weight: part.weight
                )
            },
            seed: seed,
            stage: stage
        )
    }

    /// The positions of the whole batches that the parts have samples for.
    public var epochLength: Int { batches.epochLength * batchSize }

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

    /// The next position at which a batch begins.
    public func start(at position: Int) -> Int { (position + batchSize - 1) / batchSize * batchSize }

    /// The windows of all parts whose samples cannot be read at random, each where the part's next sample is: its batches
    /// may be far from each other, and what they read from stays open between them.
    public func window(at position: Int) -> ReadingWindow? {
        let (batch, row) = position.quotientAndRemainder(dividingBy: batchSize)
        let (stretch, offset) = stretch(of: batch)
        var all: ReadingWindow?
        for (number, part) in parts.enumerated() {
            let place =
                stretch.before(offset, number) * batchSize + (stretch.parts[offset] == number ? row : 0)
            guard let window = part.order.window(at: place) else { continue }
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
        let (batch, row) = position.quotientAndRemainder(dividingBy: batchSize)
        let (stretch, offset) = stretch(of: batch)
        let part = stretch.parts[offset]
        return (part, stretch.before(offset, part) * batchSize + row)
    }

    private func stretch(of batch: Int) -> (stretch: BatchStretches.Stretch, offset: Int) {
        let (epoch, place) = batch.quotientAndRemainder(dividingBy: batches.epochLength)
        let (number, offset) = place.quotientAndRemainder(dividingBy: MixtureTable.stretch)
        let first = batch - offset
        let stretch = stretches.stretch(from: first) {
            let table = batches.table
            let drawn = (first..<first + table.length(of: number)).map { batches.part(at: $0).part }
            let before = parts.indices.map { epoch * table.shares[$0] + table.given($0, before: number) }
            return BatchStretches.Stretch(drawn, before: before)
        }
        return (stretch, offset)
    }

    private func shifted(_ visit: SampleVisit, to part: Int) -> SampleVisit {
        SampleVisit(index: visit.index + parts[part].start, visit: visit.visit)
    }
}

/// The stretches of batches that are read at the moment; they are made again when needed.
private final class BatchStretches: Sendable {
    /// The parts of some batches in turn.
    struct Stretch: Sendable {
        /// The part of each batch.
        let parts: [Int]
        /// For each batch and part, the part's batches that come before in the stream.
        private let counts: [Int]
        private let width: Int

        init(_ parts: [Int], before: [Int]) {
            self.parts = parts
            width = before.count
            var next = before
            var counts: [Int] = []
            counts.reserveCapacity(parts.count * before.count)
            for part in parts {
                counts += next
                next[part] += 1
            }
            self.counts = counts
        }

        func before(_ batch: Int, _ part: Int) -> Int { counts[batch * width + part] }
    }

    private let recent = Mutex<[(first: Int, stretch: Stretch)]>([])

    func stretch(from first: Int, make: () -> Stretch) -> Stretch {
        recent.withLock { recent in
            if let known = recent.first(where: { $0.first == first }) { return known.stretch }
            let stretch = make()
            recent.append((first, stretch))
            // Batches in work may lie on both sides of a border.
            if recent.count > 3 { recent.removeFirst() }
            return stretch
        }
    }
}

/// So many batches in an epoch, one after the other.
private struct BatchCount: SampleOrder {
    let count: Int

    var epochLength: Int { count }
    func sample(at position: Int) -> SampleVisit {
        SampleVisit(index: position % count, visit: position / count)
    }
    func reserve(for position: Int, attempt: Int) -> SampleVisit { sample(at: position) }
}
