import Testing

@testable import CLIPData

@Suite struct LoaderOrderTests {
    @Test(arguments: [1, 2, 3, 5, 7, 16, 17, 100, 997, 4096, 10_007])
    func aPermutationHitsEachNumberOnce(count: Int) {
        let permutation = KeyedPermutation(count: count, random: CounterRandom(seed: 5, purpose: .order))
        var hits = [Int](repeating: 0, count: count)
        for number in 0..<count { hits[permutation[number]] += 1 }
        #expect(hits.allSatisfy { $0 == 1 })
    }

    @Test func smallPermutationsAreAllReachedAboutEquallyOften() {
        var counts: [[Int]: Int] = [:]
        for seed in 0..<4800 {
            let permutation = KeyedPermutation(
                count: 4,
                random: CounterRandom(seed: UInt64(seed), purpose: .order)
            )
            counts[(0..<4).map { permutation[$0] }, default: 0] += 1
        }
        // 24 permutations, 200 of each expected; 5 standard deviations are 70.
        #expect(counts.count == 24)
        #expect(counts.values.allSatisfy { (130...270).contains($0) })
    }

    @Test func neighboursAreSpread() {
        let count = 10_000
        let permutation = KeyedPermutation(count: count, random: CounterRandom(seed: 1, purpose: .order))
        let sum = (1..<count).reduce(0.0) { $0 + Double(abs(permutation[$1] - permutation[$1 - 1])) }
        // Two random numbers below n lie n/3 apart on average.
        #expect(abs(sum / Double(count - 1) / (Double(count) / 3) - 1) < 0.03)
    }

    @Test func theOrderIsFixedForAllTime() {
        // Resuming a run with a newer build must give the same samples: these numbers may never change.
        let order = GlobalOrder(count: 1000, seed: 42, stage: 1)
        #expect((0..<6).map { order.sample(at: $0).index } == Self.firstOfOrder)
        #expect((0..<3).map { order.reserve(for: 17, attempt: $0).index } == Self.firstOfReserve)
    }

    static let firstOfOrder = [565, 143, 222, 524, 421, 556]
    static let firstOfReserve = [34, 139, 92]

    @Test(arguments: [1, 2, 3])
    func eachEpochHasEachSampleOnceForAnyNumberOfRanks(ranks: Int) {
        let count = 1009
        let batchSize = 48
        let order = GlobalOrder(count: count, seed: 9)
        let epochs = 3
        var stream: [Int] = []
        var position = 0
        while stream.count < count * epochs {
            for rank in 0..<ranks {
                let rows = GlobalOrder.rows(of: rank, ranks: ranks, batchSize: batchSize, from: position)
                #expect(rows.count == batchSize / ranks)
                stream += rows.map { order.sample(at: $0).index }
            }
            position += batchSize
        }
        for epoch in 0..<epochs {
            #expect(Set(stream[epoch * count..<(epoch + 1) * count]).count == count)
        }
        #expect(stream[..<count] != stream[count..<2 * count])
    }

    @Test func seedsStagesAndEpochsDiffer() {
        func start(_ order: GlobalOrder, _ position: Int = 0) -> [Int] {
            (position..<position + 50).map { order.sample(at: $0).index }
        }
        let base = start(GlobalOrder(count: 500, seed: 1))
        #expect(base != start(GlobalOrder(count: 500, seed: 2)))
        #expect(base != start(GlobalOrder(count: 500, seed: 1, stage: 1)))
        #expect(base != start(GlobalOrder(count: 500, seed: 1), 500))
        #expect(GlobalOrder(count: 500, seed: 1).sample(at: 1234).visit == 2)
        #expect(start(GlobalOrder(count: 500, seed: 1, isShuffled: false)) == Array(0..<50))
    }
}
