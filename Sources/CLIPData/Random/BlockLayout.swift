import Synchronization

/// An epoch's blocks laid end to end in their keyed order.
struct BlockLayout: Sendable {
    /// Where each block of the order starts; one more entry than blocks.
    let starts: [Int]
    private let order: KeyedPermutation
    private let windowSize: Int

    init(blocks: [Range<Int>], window: Int, order: KeyedPermutation) {
        self.order = order
        windowSize = window
        var starts = [0]
        starts.reserveCapacity(blocks.count + 1)
        for place in blocks.indices { starts.append(starts[place] + blocks[order[place]].count) }
        self.starts = starts
    }

    var windowCount: Int { (order.count + windowSize - 1) / windowSize }

    /// The block at a place of the order.
    func block(at place: Int) -> Int { order[place] }

    /// Which block of the order a sample's place falls into.
    func number(of place: Int) -> Int {
        var low = 0
        var high = order.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= place { low = middle } else { high = middle }
        }
        return low
    }

    func window(of place: Int) -> Int { number(of: place) / windowSize }

    /// The places in the order of a window's blocks.
    func places(of window: Int) -> Range<Int> {
        window * windowSize..<min(order.count, (window + 1) * windowSize)
    }

    /// The places of a window's samples.
    func span(of window: Int) -> Range<Int> {
        let places = places(of: window)
        return starts[places.lowerBound]..<starts[places.upperBound]
    }
}

/// The layouts of the epochs that are read at the moment; they are made again when needed.
final class BlockLayouts: Sendable {
    private let recent = Mutex<[(visit: Int, layout: BlockLayout)]>([])

    func layout(of visit: Int, make: () -> BlockLayout) -> BlockLayout {
        recent.withLock { recent in
            if let known = recent.first(where: { $0.visit == visit }) { return known.layout }
            let layout = make()
            recent.append((visit, layout))
            // Two epochs meet at their border, and the next window may belong to a third.
            if recent.count > 3 { recent.removeFirst() }
            return layout
        }
    }
}
