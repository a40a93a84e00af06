/// Blocks in a keyed order, and a keyed order of the samples inside a window of blocks: for data that cannot be read at
/// random, such as compressed shards and pipes.
///
/// Each epoch permutes the blocks, takes them `window` at a time, and permutes the samples of each such window. Every
/// sample comes once per epoch, and at most two windows are read from at a time, also across epochs.
public struct BlockOrder: SampleOrder {
    /// How many blocks make a window.
    public let window: Int
    private let blocks: [Range<Int>]
    private let count: Int
    private let seed: UInt64
    private let stage: UInt64
    private let layouts: BlockLayouts

    /// Creates the order of one stage.
    ///
    /// - Parameters:
    ///   - blocks: Ranges of places in the source that are read together, such as its shards; empty ones are left out.
    ///   - window: How many of them are open at a time.
    /// - Precondition: There is at least one sample, and `window > 0`.
    public init(blocks: [Range<Int>], window: Int, seed: UInt64, stage: Int = 0) {
        self.blocks = blocks.filter { !$0.isEmpty }
        self.window = window
        self.seed = seed
        self.stage = UInt64(stage)
        count = blocks.reduce(0) { $0 + $1.count }
        precondition(count > 0 && window > 0, "an order needs at least one sample and a window")
        layouts = BlockLayouts()
    }

    /// The number of samples.
    public var epochLength: Int { count }

    /// The sample at a position.
    public func sample(at position: Int) -> SampleVisit {
        let (visit, place) = position.quotientAndRemainder(dividingBy: count)
        let layout = layout(of: visit)
        let window = layout.window(of: place)
        let span = layout.span(of: window)
        let permutation = KeyedPermutation(count: span.count, random: random(of: visit, window: window))
        return SampleVisit(
            index: sample(span.lowerBound + permutation[place - span.lowerBound], in: layout),
            visit: visit
        )
    }

    /// A sample of the same window, which is open anyway.
    public func reserve(for position: Int, attempt: Int) -> SampleVisit {
        let (visit, place) = position.quotientAndRemainder(dividingBy: count)
        let layout = layout(of: visit)
        let span = layout.span(of: layout.window(of: place))
        var random = CounterRandom(
            seed: seed,
            stage: stage,
            visit: UInt64(attempt),
            ordinal: UInt64(position),
            purpose: .reserve
        )
        return SampleVisit(
            index: sample(span.lowerBound + random.index(below: span.count), in: layout),
            visit: visit
        )
    }

    /// The blocks of the window at a position, and those of the next window.
    public func window(at position: Int) -> ReadingWindow? {
        let (visit, place) = position.quotientAndRemainder(dividingBy: count)
        let layout = layout(of: visit)
        let number = layout.window(of: place)
        let next =
            number + 1 < layout.windowCount
            ? ranges(of: number + 1, in: layout) : ranges(of: 0, in: self.layout(of: visit + 1))
        return ReadingWindow(
            number: visit * layout.windowCount + number,
            current: ranges(of: number, in: layout),
            next: next
        )
    }

    private func ranges(of window: Int, in layout: BlockLayout) -> [Range<Int>] {
        layout.places(of: window).map { blocks[layout.block(at: $0)] }
    }

    /// The sample at a place of an epoch's blocks laid end to end.
    private func sample(_ place: Int, in layout: BlockLayout) -> Int {
        let number = layout.number(of: place)
        return blocks[layout.block(at: number)].lowerBound + place - layout.starts[number]
    }

    private func layout(of visit: Int) -> BlockLayout {
        layouts.layout(of: visit) {
            BlockLayout(
                blocks: blocks,
                window: window,
                order: KeyedPermutation(
                    count: blocks.count,
                    random: CounterRandom(
                        seed: seed,
                        stage: stage,
                        visit: UInt64(visit),
                        purpose: .blockOrder
                    )
                )
            )
        }
    }

    private func random(of visit: Int, window: Int) -> CounterRandom {
        CounterRandom(
            seed: seed,
            stage: stage,
            visit: UInt64(visit),
            ordinal: UInt64(window),
            purpose: .order
        )
    }
}
