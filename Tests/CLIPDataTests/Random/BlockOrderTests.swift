import Testing

@testable import CLIPData

@Suite struct BlockOrderTests {
    private let blocks = [0..<7, 7..<7, 7..<30, 30..<31, 31..<64, 64..<100]

    @Test(arguments: [1, 2, 3, 5, 9])
    func visitsEachSampleOncePerEpoch(window: Int) {
        let order = BlockOrder(blocks: blocks, window: window, seed: 7, stage: 1)
        for epoch in 0..<4 {
            let visits = (epoch * 100..<(epoch + 1) * 100).map { order.sample(at: $0) }
            #expect(Set(visits.map(\.index)) == Set(0..<100))
            #expect(visits.allSatisfy { $0.visit == epoch })
        }
    }

    @Test func readsFromTheStatedWindowOnly() throws {
        let order = BlockOrder(blocks: blocks, window: 2, seed: 3)
        var last = 0
        for position in 0..<500 {
            let window = try #require(order.window(at: position))
            #expect(window.number >= last)
            if window.number > last {
                #expect(window.number == last + 1)
                #expect(window.current == order.window(at: position - 1)?.next)
            }
            last = window.number
            #expect(window.current.count <= 2)
            #expect(window.current.contains { $0.contains(order.sample(at: position).index) })
            let reserve = order.reserve(for: position, attempt: position % 5)
            #expect(window.current.contains { $0.contains(reserve.index) })
        }
    }

    @Test func shufflesBlocksAndSamples() {
        let order = BlockOrder(blocks: (0..<40).map { $0 * 25..<$0 * 25 + 25 }, window: 4, seed: 11)
        let epochs = (0..<2).map { epoch in (0..<1000).map { order.sample(at: epoch * 1000 + $0).index } }
        #expect(epochs[0] != epochs[1])
        #expect(epochs[0] != epochs[0].sorted())
        // The blocks of one window are mixed with each other.
        #expect(Set(epochs[0][0..<20].map { $0 / 25 }).count > 1)
        let other = BlockOrder(blocks: (0..<40).map { $0 * 25..<$0 * 25 + 25 }, window: 4, seed: 12)
        #expect((0..<1000).map { other.sample(at: $0).index } != epochs[0])
    }

    @Test func jumpsAnywhereAtOnce() {
        let order = BlockOrder(blocks: blocks, window: 3, seed: 5)
        let inOrder = (0..<1000).map { order.sample(at: $0) }
        let fresh = BlockOrder(blocks: blocks, window: 3, seed: 5)
        for position in [999, 0, 512, 100, 99, 731] {
            #expect(fresh.sample(at: position) == inOrder[position])
        }
    }
}
