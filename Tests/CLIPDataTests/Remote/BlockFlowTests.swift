import Foundation
import RemoteFiles
import Testing

@testable import CLIPData

/// Blocks of shards that have to be brought whole.
@Suite struct BlockFlowTests {
    typealias Way = RemoteFixture.Way
    private static let counts = [25, 10, 1, 30, 14]

    private func loader(
        _ data: ShardDataset,
        batch: Int = 12,
        window: Int = 2,
        threads: Int = 1,
        rank: Int = 0,
        ranks: Int = 1,
        prefetch: Int = 3
    ) throws -> DataLoader {
        var settings = try LoaderSettings.small(
            batch,
            order: .blocks(window: window),
            threads: threads,
            rank: rank,
            ranks: ranks
        )
        settings.prefetch = prefetch
        return try DataLoader(data, settings, isUneven: true)
    }

    @Test(arguments: [Way.command, .unpackingCommand, .packedFile, .packedOnServer])
    func ranksAndThreadsDoNotMatter(way: Way) throws {
        let fixture = try RemoteFixture(Self.counts)
        let expected = try loader(fixture.open(fixture.shards(nil))).take(21)
        #expect(Set(expected.flatMap(\.ordinals)[..<80]).count == 80)
        for (ranks, threads) in [(1, 4), (2, 1), (3, 4)] {
            var parts: [[Batch]] = []
            for rank in 0..<ranks {
                // Each rank is a process of its own with the same cache.
                let data = try fixture.open(fixture.shards(way))
                parts.append(try loader(data, threads: threads, rank: rank, ranks: ranks).take(21))
            }
            for step in 0..<21 {
                #expect(parts.flatMap { $0[step].ordinals } == expected[step].ordinals)
                #expect(parts.flatMap { $0[step].captionKeys } == expected[step].captionKeys)
                #expect(parts.flatMap { pixels($0[step]) } == pixels(expected[step]))
            }
        }
    }

    private func pixels(_ batch: Batch) -> [UInt8] {
        batch.images.withUnsafeBytes { Array($0.prefix(batch.count * 6)) }
    }

    @Test(arguments: [Way.unpackingCommand, .packedOnServer])
    func resumesAnywhere(way: Way) throws {
        let fixture = try RemoteFixture(Self.counts)
        let stream = try loader(fixture.open(fixture.shards(nil))).take(40).flatMap(\.ordinals)
        let data = try fixture.open(fixture.shards(way))
        let same = try loader(data, threads: 4)
        var random = CounterRandom(seed: 11, purpose: .order)
        // Also the ends of epochs, and the positions before and behind them.
        for start in [80, 79, 81, 160, 0] + (0..<8).map({ _ in random.index(below: 440) }) {
            let fresh = try loader(fixture.open(fixture.shards(way)), threads: 1 + start % 3)
            for loader in [fresh, same] {
                loader.start(at: start)
                let found = try loader.take(3)
                #expect(found.map(\.position) == [start, start + 12, start + 24])
                #expect(found.flatMap(\.ordinals) == Array(stream[start..<start + 36]))
            }
        }
    }

    @Test(arguments: [Way.command, .packedFile, .packedOnServer])
    func aCacheForTwoWindowsIsEnough(way: Way) throws {
        let fixture = try RemoteFixture(Array(repeating: 12, count: 12), padding: 4000)
        let size = try Data(contentsOf: URL(fileURLWithPath: fixture.plain(0))).count
        // Two windows of two shards, the sixteenth that is won besides, and room for what is written about each file.
        let limit = 4 * (size + 8192) * 16 / 15
        let plain = try loader(fixture.open(fixture.shards(nil)), batch: 6).take(48)
        do {
            let remote = fixture.remote(limit: limit)
            let data = try fixture.open(fixture.shards(way), index: "i.clipidx", remote: remote)
            let loader = try loader(data, batch: 6, threads: 3)
            for step in 0..<48 {
                #expect(try loader.next()?.fingerprint == plain[step].fingerprint)
                #expect(try remote.open().cache.byteCount <= limit)
                #expect(Set(fixture.openFiles).count <= 5)
            }
        }
        // The last reference may be that of a thread which is about to end.
        for _ in 0..<5000 where !fixture.openFiles.isEmpty { usleep(1000) }
        #expect(fixture.openFiles.isEmpty)
    }

    @Test func whatIsLeftIsClosed() throws {
        let fixture = try RemoteFixture(Array(repeating: 12, count: 12))
        let loader = try loader(fixture.open(fixture.shards(.command)), batch: 6, threads: 3)
        for _ in 0..<60 {
            _ = try loader.next()
            // Two windows of two shards, and one that is being brought.
            #expect(Set(fixture.openFiles).count <= 5)
        }
        loader.start(at: 500)
        _ = try loader.take(3)
        #expect(Set(fixture.openFiles).count <= 5)
    }

    @Test func whatWasLeftIsNotFetchedAhead() throws {
        let fixture = try RemoteFixture(Array(repeating: 2, count: 8))
        let gate = fixture.directory.path + "/gate"
        let shards = fixture.shards(.command, log: true).map { shard in
            "\(shard) && while test -e '\(gate)'; do sleep 0.01; done"
        }
        let index = try fixture.open(shards, index: "i.clipidx").index
        try fixture.clearLog()
        var settings = fixture.remote(cache: "other").settings
        settings.cache.prefetchThreads = 1
        let options = IndexOptions(remote: RemoteData(settings: settings))
        let data = try ShardDataset.open(shards, index: index.path, options: options)
        func announce(_ first: Int, _ number: Int, to source: any SampleSource) {
            let blocks = data.blocks
            source.announce(
                ReadingWindow(number: number, current: [blocks[first]], next: [blocks[first + 1]])
            )
        }
        try fixture.directory.write([], "gate")
        let stop = StopSignal()
        let source = data.stoppable(by: stop)
        announce(0, 0, to: source)
        while fixture.log.isEmpty { usleep(1000) }
        announce(2, 2, to: source)
        announce(4, 4, to: source)
        try FileManager.default.removeItem(atPath: gate)
        while fixture.log.count < 3 { usleep(1000) }
        #expect(fixture.log == ["0", "4", "5"])
        // Waits until that thread has nothing to do.
        #expect(try data.field("txt", at: 10)?.text == "caption 10")
        // Moved: what the old reader wanted goes with it.
        try fixture.directory.write([], "gate")
        announce(1, 9, to: source)
        while fixture.log.count < 4 { usleep(1000) }
        stop.stop()
        announce(6, 6, to: data.stoppable(by: StopSignal()))
        while fixture.log.count < 5 { usleep(1000) }
        try FileManager.default.removeItem(atPath: gate)
        while fixture.log.count < 6 { usleep(1000) }
        #expect(fixture.log == ["0", "4", "5", "1", "6", "7"])
    }

    @Test(arguments: [30, 126, 24, 294])
    func aResumeBringsTheOpenWindowAndTheNext(start: Int) throws {
        let fixture = try RemoteFixture(Array(repeating: 12, count: 12))
        let shards = fixture.shards(.command, log: true)
        let index = try fixture.open(shards, index: "i.clipidx").index
        #expect(fixture.log.sorted() == fixture.names.sorted())
        try fixture.clearLog()
        let remote = fixture.remote(cache: "other")
        let data = try ShardDataset.open(shards, index: index.path, options: IndexOptions(remote: remote))
        #expect(fixture.log == [])
        // Two batches at most are read ahead, which reach no further window here.
        let loader = try loader(data, batch: 6, threads: 3, prefetch: 1)
        loader.start(at: start)
        _ = try loader.next()
        loader.shutdown()
        try remote.open().spool.shutdown()
        let order = BlockOrder(blocks: data.blocks, window: 2, seed: 3)
        let window = try #require(order.window(at: start))
        let allowed = Set((window.current + window.next).map { "\($0.lowerBound / 12)" })
        #expect(Set(fixture.log).isSubset(of: allowed))
        #expect(fixture.log.count == Set(fixture.log).count)
        #expect(fixture.log.contains("\(order.sample(at: start).index / 12)"))
    }

    @Test func windowsOfOneRankAreNotThoseOfAll() throws {
        // Batches larger than a window, so that each rank reads another one.
        let fixture = try RemoteFixture(Array(repeating: 6, count: 12))
        let expected = try loader(fixture.open(fixture.shards(nil)), batch: 36, window: 1).take(6)
        let data = try fixture.open(fixture.shards(.command))
        let parts = try (0..<3).map { rank in
            try loader(data, batch: 36, window: 1, threads: 2, rank: rank, ranks: 3).take(6)
        }
        for step in 0..<6 { #expect(parts.flatMap { $0[step].ordinals } == expected[step].ordinals) }
    }
}
