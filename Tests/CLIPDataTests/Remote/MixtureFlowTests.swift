import Foundation
import RemoteFiles
import Testing

@testable import CLIPData

/// Sources in shares of their own, through a loader.
@Suite struct MixtureFlowTests {
    private static let counts = [40, 20, 60, 30, 50]

    /// The first two shards as plain files, the others from commands.
    private func data(_ fixture: RemoteFixture, isPlain: Bool = false) throws -> ShardDataset {
        let plain = fixture.shards(nil)
        let piped = "pipe:cat '\(fixture.directory.path)/plain/'{2..4}.tar"
        let others = isPlain ? "\(fixture.directory.path)/plain/{2..4}.tar" : piped
        return try fixture.open([plain[0] + "::" + plain[1], others], index: "i\(isPlain).clipidx")
    }

    private func mixture(_ data: ShardDataset) -> [MixtureShare] {
        let ranges = data.sourceRanges
        return [
            MixtureShare(samples: 0..<ranges[1].upperBound, weight: 3),
            MixtureShare(samples: ranges[2], weight: 1),
        ]
    }

    @Test(arguments: [LoaderSettings.Order.shuffled, .blocks(window: 2)])
    func sharesAreExactWhateverRanksAndThreads(order: LoaderSettings.Order) throws {
        let fixture = try RemoteFixture(Self.counts)
        let plain = try data(fixture, isPlain: true)
        let piped = try data(fixture)
        #expect(piped.sourceRanges == [0..<40, 40..<60, 60..<200] && piped.count == 200)
        let expected = try DataLoader(plain, .small(12, order: order, threads: 1, mixture: mixture(plain)))
            .take(51)
        let stream = expected.flatMap(\.ordinals)
        for epoch in 0..<3 {
            let here = stream[epoch * 200..<(epoch + 1) * 200]
            #expect(here.count { $0 < 60 } == 150)
        }
        // 450 positions of three epochs for the 60 samples of one source, 150 for the 140 of the other.
        let often = (0..<200).map { sample in stream[..<600].count { $0 == sample } }
        #expect(
            often[..<60].allSatisfy { $0 == 7 || $0 == 8 } && often[60...].allSatisfy { $0 == 1 || $0 == 2 }
        )
        for (ranks, threads) in [(1, 4), (2, 1), (3, 2)] {
            let parts = try (0..<ranks).map { rank in
                try DataLoader(
                    data(fixture),
                    .small(
                        12,
                        order: order,
                        threads: threads,
                        rank: rank,
                        ranks: ranks,
                        mixture: mixture(piped)
                    ),
                    isUneven: true
                ).take(51)
            }
            for step in 0..<51 {
                #expect(parts.flatMap { $0[step].ordinals } == expected[step].ordinals)
                #expect(parts.flatMap { $0[step].captionKeys } == expected[step].captionKeys)
            }
        }
        let resumed = try DataLoader(piped, .small(12, order: order, mixture: mixture(piped)))
        for start in [199, 17, 400, 333] {
            resumed.start(at: start)
            #expect(try resumed.take(3).flatMap(\.ordinals) == Array(stream[start..<start + 36]))
        }
    }

    @Test(arguments: [LoaderSettings.Order.shuffled, .blocks(window: 2)])
    func partsOfOneLengthHaveOrdersOfTheirOwn(order: LoaderSettings.Order) throws {
        // Two descriptions of the same pictures, in the same order.
        let fixture = try RemoteFixture([50, 50, 50, 50])
        let data = try fixture.open(fixture.shards(nil))
        let halves = [MixtureShare(samples: 0..<100, weight: 1), MixtureShare(samples: 100..<200, weight: 1)]
        let settings = try LoaderSettings.small(order: order, mixture: halves)
        let mixed = settings.sampleOrder(of: data)
        let stream = (0..<200).map { mixed.sample(at: $0).index }
        let orders = (stream.filter { $0 < 100 }, stream.filter { $0 >= 100 }.map { $0 - 100 })
        #expect(Set(orders.0) == Set(0..<100) && Set(orders.1) == Set(0..<100))
        // Pictures at the same place in both: about one by chance.
        #expect(zip(orders.0, orders.1).count { $0 == $1 } < 10)
    }
}
