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
        fixture.setTag("\"two\"")
        for order in [LoaderSettings.Order.shuffled, .blocks(window: 1)] {
            let reason = try staleness(fixture.open(shards), order)
            #expect(reason.contains("'\(shards[0])'") && reason.contains("another version"))
        }
        try fixture.writeShard(0, start: 0, count: 7)
        #expect(try staleness(fixture.open(shards), .shuffled).contains("bytes and had"))
        // As the message says.
        try fixture.emptyCache()
        let options = IndexOptions(verifies: true, remote: fixture.remote())
        let data = try ShardDataset.open(shards, options: options)
        #expect(data.count == 7 && data.index.changes?.newSamples == 1)
        let loader = try DataLoader(data, .small(7))
        #expect(try loader.next()?.count == 7)
        #expect(loader.counters.faults.total == 0)
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
            let error = #expect(throws: ShardError.self) {
                let loader = try DataLoader(data, .small(order: .blocks(window: 1)))
                while try loader.next() != nil {}
            }
            guard case .staleIndex(_, let reason) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(reason.contains("'\(shards[0])'"))
            let options = IndexOptions(verifies: way != .packedFile, remote: fixture.remote())
            let again = try ShardDataset.open(shards, options: options)
            #expect(again.count == count && again.index.changes?.goneSamples == start)
            let loader = try DataLoader(again, .small(count))
            #expect(try loader.next()?.count == count)
            #expect(loader.counters.faults.total == 0)
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
