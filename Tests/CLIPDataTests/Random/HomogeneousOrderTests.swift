import Testing

@testable import CLIPData

/// Batches that take one part each.
@Suite struct HomogeneousOrderTests {
    private static let batch = 8

    /// Two parts of four blocks with 40 samples each.
    private func order(batch: Int = Self.batch, window: Int = 1) -> HomogeneousOrder {
        let blocks = (0..<4).map { $0 * 40..<$0 * 40 + 40 }
        let parts = (0..<2).map { part in
            MixedOrder.Part(
                order: BlockOrder(blocks: blocks, window: window, seed: UInt64(part)),
                start: part * 160,
                weight: 1
            )
        }
        return HomogeneousOrder(parts, batchSize: batch, seed: 3)
    }

    @Test func aPartsBatchesFollowEachOther() {
        let order = order()
        var next = [0, 0]
        var drawn: [Int] = []
        for position in 0..<3 * order.epochLength {
            let (part, place) = order.part(at: position)
            #expect(place == next[part])
            next[part] += 1
            if position % Self.batch == 0 { drawn.append(part) }
        }
        #expect(next == [480, 480])
        // They are drawn, and do not take turns.
        #expect(drawn != drawn.indices.map { $0 % 2 } && drawn != drawn.indices.map { 1 - $0 % 2 })
        // From any position on, whatever was asked for before.
        let fresh = self.order()
        for position in [700, 5] {
            #expect(fresh.part(at: position).place == order.part(at: position).place)
            #expect(fresh.sample(at: position) == order.sample(at: position))
        }
    }

    @Test func blocksStayOpenBetweenTheBatchesOfAPart() throws {
        let order = order()
        var open: Set<Range<Int>> = []
        var (opens, number) = (0, -1)
        for position in 0..<2 * order.epochLength {
            let window = try #require(order.window(at: position))
            if window.number != number {
                #expect(window.number > number)
                number = window.number
                // As sources do: what is in no window is closed.
                open.formIntersection(window.current + window.next)
            }
            let sample = order.sample(at: position).index
            let block = try #require(window.current.first { $0.contains(sample) })
            if open.insert(block).inserted { opens += 1 }
            #expect(window.current.count == 2)
        }
        // Each of eight blocks once an epoch, but for one that an epoch ends and the next one begins with.
        #expect(opens <= 16 && opens >= 14)
    }

    @Test func aRunGoesOnAtABorder() {
        let order = order(batch: 12)
        #expect([0, 1, 11, 12, 13, 24, 40].map { order.start(at: $0) } == [0, 12, 12, 12, 24, 24, 48])
        #expect(GlobalOrder(count: 9, seed: 1, isShuffled: true).start(at: 5) == 5)
    }
}
