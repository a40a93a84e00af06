import Testing

@testable import CLIPData

@Suite struct MixedOrderTests {
    private func mixture(_ weights: [Double], counts: [Int], seed: UInt64 = 1) -> MixedOrder {
        var start = 0
        return MixedOrder(
            zip(weights, counts).enumerated().map { number, part in
                defer { start += part.1 }
                return MixedOrder.Part(
                    order: GlobalOrder(count: part.1, seed: seed, stage: number),
                    start: start,
                    weight: part.0
                )
            },
            seed: seed
        )
    }

    @Test func sharesAreExactInEachEpoch() {
        let order = mixture([3, 1], counts: [1000, 9000])
        #expect(order.epochLength == 10_000 && order.shares == [7500, 2500])
        for epoch in 0..<2 {
            let indices = (epoch * 10_000..<(epoch + 1) * 10_000).map { order.sample(at: $0).index }
            #expect(indices.count { $0 < 1000 } == 7500)
        }
    }

    @Test func sharesHoldInEachStretch() {
        let order = mixture([3, 1], counts: [1000, 9000])
        for start in stride(from: 0, to: 9216, by: 1024) {
            let first = (start..<start + 1024).count { order.sample(at: $0).index < 1000 }
            #expect(abs(first - 768) <= 1)
        }
    }

    @Test func samplesOfAPartComeEquallyOften() {
        let order = mixture([1, 1], counts: [300, 700])
        // 1,000 positions an epoch, half of them for the first part: five passes in three epochs.
        let visits = (0..<3000).map { order.sample(at: $0) }.filter { $0.index < 300 }
        #expect(visits.count == 1500)
        #expect(Set(visits) == Set((0..<1500).map { SampleVisit(index: $0 % 300, visit: $0 / 300) }))
    }

    @Test func tablesAddUpWhateverTheWeights() {
        var random = CounterRandom(seed: 3, purpose: .order)
        let known: [(weights: [Double], total: Int)] = [
            ([1, 1, 1, 0.0001, 0.0001], 45_521), ([2, 2, 0.0005, 2, 2, 2, 0.0005], 37_519),
        ]
        for trial in 0..<60 {
            let weights =
                trial < known.count
                ? known[trial].weights
                : (0..<1 + random.index(below: 40)).map { _ in 1 / (1e-4 + random.uniform()) }
            let total =
                trial < known.count
                ? known[trial].total : weights.count + random.index(below: 20_000)
            let table = MixtureTable(total: total, weights: weights)
            #expect(table.shares.reduce(0, +) == total && table.shares.allSatisfy { $0 > 0 }, "\(trial)")
            let stretches = (total + MixtureTable.stretch - 1) / MixtureTable.stretch
            for stretch in 0..<stretches {
                let here = weights.indices.map {
                    table.given($0, before: stretch + 1) - table.given($0, before: stretch)
                }
                #expect(here.allSatisfy { $0 >= 0 } && here.reduce(0, +) == table.length(of: stretch))
            }
            #expect(weights.indices.map { table.given($0, before: stretches) } == table.shares)
        }
    }

    @Test func windowsOfBlocksCoverWhatIsRead() throws {
        let blocks = (0..<12).map { $0 * 1000..<$0 * 1000 + 1000 }
        let order = MixedOrder(
            [
                .init(order: GlobalOrder(count: 6000, seed: 1), start: 0, weight: 1),
                .init(order: BlockOrder(blocks: blocks, window: 3, seed: 1), start: 6000, weight: 2),
            ],
            seed: 1
        )
        for position in stride(from: 0, to: 40_000, by: 37) {
            let window = try #require(order.window(at: position))
            for index in [order.sample(at: position).index, order.reserve(for: position, attempt: 1).index]
            where index >= 6000 {
                #expect((window.current + window.next).contains { $0.contains(index) })
            }
        }
    }
}
