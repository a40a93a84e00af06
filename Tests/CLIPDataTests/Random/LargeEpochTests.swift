import Foundation
import Testing

@testable import CLIPData

/// Epochs of the size of real data: 100,000 samples, or as many as `SWIFT_CLIP_LARGE_EPOCH` says.
@Suite struct LargeEpochTests {
    enum Kind: CaseIterable { case global, blocks }

    private static let count =
        ProcessInfo.processInfo.environment["SWIFT_CLIP_LARGE_EPOCH"].flatMap { Int($0) } ?? 100_000
    /// A multiple of all numbers of ranks that divides no epoch.
    private static let batch = 1008

    private func order(_ kind: Kind) -> any SampleOrder {
        guard kind == .blocks else { return GlobalOrder(count: Self.count, seed: 5) }
        // Blocks of unequal lengths.
        let bounds = (0...1000).map { Self.count * $0 * ($0 + 3000) / 4_000_000 }
        return BlockOrder(blocks: (0..<1000).map { bounds[$0]..<bounds[$0 + 1] }, window: 8, seed: 5)
    }

    @Test(arguments: Kind.allCases)
    func eachSampleComesOnceForAnyNumberOfRanks(kind: Kind) {
        let count = Self.count
        let order = order(kind)
        // The second epoch, whose first batch began in the first.
        let start = count - count % Self.batch
        var streams: [[UInt32]] = []
        for ranks in [1, 2, 3, 8] {
            var stream: [UInt32] = []
            stream.reserveCapacity(count + 2 * Self.batch)
            var isInEpoch = true
            for position in stride(from: start, to: 2 * count, by: Self.batch) {
                for rank in 0..<ranks {
                    for place in GlobalOrder.rows(
                        of: rank,
                        ranks: ranks,
                        batchSize: Self.batch,
                        from: position
                    ) {
                        let visit = order.sample(at: place)
                        isInEpoch = isInEpoch && visit.visit == place / count
                        stream.append(UInt32(visit.index))
                    }
                }
            }
            #expect(isInEpoch)
            streams.append(stream)
        }
        let epoch = streams[0][(count - start)..<(2 * count - start)]
        var hits = [UInt8](repeating: 0, count: count)
        for sample in epoch { hits[Int(sample)] &+= 1 }
        #expect(hits.allSatisfy { $0 == 1 })
        #expect(streams.allSatisfy { $0 == streams[0] })
        // A run that begins anywhere.
        let fresh = self.order(kind)
        var random = CounterRandom(seed: 9, purpose: .order)
        for _ in 0..<200 {
            let place = random.index(below: streams[0].count - 8)
            let found = (start + place..<start + place + 8).map { UInt32(fresh.sample(at: $0).index) }
            #expect(found == Array(streams[0][place..<place + 8]))
        }
    }
}
