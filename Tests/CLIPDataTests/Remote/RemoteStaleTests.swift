import Foundation
import LoopbackServer
import RemoteFiles
import Testing

@testable import CLIPData

/// Data that changed behind the index's back.
@Suite struct RemoteStaleTests {
    typealias Way = RemoteFixture.Way

    /// The reason why the next batch does not come; nothing was counted as a bad sample.
    private func staleness(_ data: ShardDataset, _ order: LoaderSettings.Order) throws -> String {
        let loader = try DataLoader(data, .small(order: order))
        let error = #expect(throws: ShardError.self) { while try loader.next() != nil {} }
        #expect(loader.counters.faults.total == 0)
        guard case .staleIndex(_, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return ""
        }
        return reason
    }

    @Test(arguments: [Way.ranges, .wholeFiles, .packedOnServer])
    func aShardThatChangedOnTheServerIsNamed(way: Way) throws {
        let fixture = try RemoteFixture([6])
        let shards = fixture.shards(way)
        _ = try fixture.open(shards)
        let opened = try (0..<3).map { _ in try fixture.open(shards) }
        fixture.setTag("\"two\"")
        for (data, order) in zip(opened, [LoaderSettings.Order.shuffled, .blocks(window: 1)]) {
            let reason = try staleness(data, order)
            #expect(reason.contains("'\(shards[0])'") && reason.contains("another version"))
        }
        // Another version of the same content is as good, and noted.
        let touched = try fixture.open(shards)
        #expect(touched.index.changes == nil && touched.count == 6)
        #expect(try DataLoader(touched, .small(6)).next()?.count == 6)
        try fixture.writeShard(0, start: 1, count: 7)
        #expect(try staleness(opened[2], .shuffled).contains("bytes and had"))
        // The next start takes up what changed, as with local files.
        let data = try fixture.open(shards)
        #expect(
            data.count == 7 && data.index.changes?.newSamples == 2 && data.index.changes?.goneSamples == 1
        )
        #expect((0..<7).map { data.ordinal(at: $0) } == Array(1...7))
        let loader = try DataLoader(data, .small(7))
        #expect(try loader.next()?.count == 7)
        #expect(loader.counters.faults.total == 0)
    }

    /// Each shard is asked for once, whole ones are not fetched for it, and a server that is away costs one try.
    @Test func askingForVersionsCostsOneRequestForEachShard() throws {
        let fixture = try RemoteFixture([3, 3, 3, 3, 3])
        let shards = fixture.shards(.ranges)
        _ = try fixture.open(shards)
        var before = fixture.server.requests.count
        #expect(try fixture.open(shards).index.changes == nil)
        let asked = fixture.server.requests[before...]
        #expect(asked.count == 5 && asked.allSatisfy { $0.range == 0...0 })
        fixture.setFault { _, _ in .init(status: 503) }
        before = fixture.server.requests.count
        let data = try fixture.open(shards)
        #expect(data.count == 15 && data.index.changes == nil)
        // Without tries of their own; those that were asked at the same time may have come there, too.
        #expect((1...5).contains(fixture.server.requests.count - before))
        fixture.setFault { request, _ in request.path.contains("/3.") ? .init(status: 404) : nil }
        #expect(try fixture.open(shards).count == 15)
    }

    @Test func oneShardOfSeveralIsTakenUp() throws {
        let fixture = try RemoteFixture([3, 3])
        let shards = fixture.shards(.ranges)
        let rows = try fixture.open(shards).rows()
        // The tag is all servers' word; of the second shard the length differs, too.
        try fixture.writeShard(1, start: 3, count: 4)
        let data = try fixture.open(shards)
        #expect(data.index.changes?.editedShards == 1 && data.index.changes?.newSamples == 1)
        #expect(try data.rows() == rows + ["6: 6 caption 6"])
    }

    @Test func aShardThatChangesWhileItIsReadStopsTheRun() throws {
        let fixture = try RemoteFixture([200])
        let data = try fixture.open(fixture.shards(.ranges))
        let loader = try DataLoader(data, .small(2, threads: 1))
        _ = try loader.next()
        fixture.setTag("\"two\"")
        let error = #expect(throws: ShardError.self) { while try loader.next() != nil {} }
        guard case .remote(.changed(let url, _, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(url == fixture.shards(.ranges)[0] && loader.counters.faults.total == 0)
    }

    @Test(arguments: [Way.command, .unpackingCommand, .packedFile])
    func aShardOfAnotherContentIsNamed(way: Way) throws {
        for (start, count) in [(1, 6), (0, 7)] {
            let fixture = try RemoteFixture([6])
            let shards = fixture.shards(way)
            let opened = try fixture.open(shards)
            try fixture.writeShard(0, start: start, count: count)
            try fixture.emptyCache()
            // What a command prints is known when it is read; a file was another before that.
            let data = way == .packedFile ? opened : try fixture.open(shards)
            #expect(data.index.changes == nil)
            let error = #expect(throws: ShardError.self) {
                let loader = try DataLoader(data, .small(order: .blocks(window: 1)))
                while try loader.next() != nil {}
            }
            guard case .staleIndex(_, let reason) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(reason.contains("'\(shards[0])'"))
            // Starting again is enough: what the command printed is in the cache.
            let again = try fixture.open(shards)
            #expect(again.count == count && again.index.changes?.goneSamples == start)
            let loader = try DataLoader(again, .small(count))
            #expect(try loader.next()?.count == count)
            #expect(loader.counters.faults.total == 0)
        }
    }

    /// A server that gives parts no more: whole files take their place, in this run and in the next.
    @Test(arguments: [1, 4])
    func aServerThatGivesPartsNoMoreIsReadWhole(threads: Int) throws {
        let fixture = try RemoteFixture([20, 20], padding: 3000)
        let shards = fixture.shards(.ranges)
        let data = try fixture.open(shards)
        try fixture.emptyCache()
        let plain = try DataLoader(fixture.open(fixture.shards(nil)), .small(4)).take(20)
        let loader = try DataLoader(data, .small(4, threads: threads))
        var batches = [try #require(try loader.next())]
        fixture.setFault { request, content in .file(content, request, ranges: false) }
        for _ in 1..<20 { batches.append(try #require(try loader.next())) }
        #expect(batches.map(\.ordinals) == plain.map(\.ordinals))
        #expect(batches.map(\.captionKeys) == plain.map(\.captionKeys))
        #expect(loader.counters.faults.total == 0)
        let whole = fixture.server.requests.filter { $0.range == nil }
        // Once while the index was made, and once since.
        #expect(whole.count == 4)
        // The next start has the files.
        let before = fixture.server.requests.count
        let next = try fixture.open(shards)
        #expect(next.index.changes == nil)
        #expect(try DataLoader(next, .small(4)).take(10).map(\.ordinals) == plain.prefix(10).map(\.ordinals))
        #expect(fixture.server.requests[before...].allSatisfy { $0.range == 0...0 })
    }

    /// The file must be the same one, whatever way it comes.
    @Test func anotherFileThatComesWholeStopsTheRun() throws {
        let fixture = try RemoteFixture([20], padding: 3000)
        let data = try fixture.open(fixture.shards(.ranges))
        try fixture.emptyCache()
        let loader = try DataLoader(data, .small(2, threads: 1))
        _ = try loader.next()
        fixture.setFault { request, content in .file(content, request, tag: "\"two\"", ranges: false) }
        let error = #expect(throws: ShardError.self) { for _ in 0..<30 { _ = try loader.next() } }
        guard case .remote(.changed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func whatIsInTheCacheIsWhatWasIndexed() throws {
        // The server changes between the spooled content and a second look at its version: the index holds the first.
        let fixture = try RemoteFixture([6])
        fixture.setFault { [weak fixture] request, content in
            guard request.range == nil else { return nil }
            defer { fixture?.setTag("\"two\"") }
            return .file(content, request, tag: "\"one\"", ranges: false)
        }
        let shards = fixture.shards(.ranges)
        let data = try fixture.open(shards)
        fixture.setFault(nil)
        #expect(try staleness(data, .shuffled).contains("another version"))
    }
}
