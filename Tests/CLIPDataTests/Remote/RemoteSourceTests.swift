import Foundation
import LoopbackServer
import RemoteFiles
import Testing

@testable import CLIPData

@Suite struct RemoteSourceTests {
    typealias Way = RemoteFixture.Way

    @Test(arguments: Way.allCases)
    func givesWhatPlainShardsGive(way: Way) throws {
        let fixture = try RemoteFixture()
        let plain = try fixture.open(fixture.shards(nil))
        let data = try fixture.open(fixture.shards(way))
        #expect(data.count == 100 && data.fieldCounts == plain.fieldCounts && data.blocks == plain.blocks)
        #expect(plain.hasRandomAccess && !data.hasRandomAccess)
        let names = fixture.shards(way)
        for sample in 0..<100 {
            let label = data.label(at: sample)
            #expect(label == SampleLabel(key: "s\(sample)", shard: names[sample / 25]))
            #expect(
                data.ordinal(at: sample) == sample && data.identity(at: sample) != plain.identity(at: sample)
            )
            #expect(try data.field("txt", at: sample)?.text == "caption \(sample)")
            #expect(try data.field("title.txt", at: sample) == nil)
        }
        for order in [LoaderSettings.Order.shuffled, .blocks(window: 2), .sequential] {
            let expected = try DataLoader(plain, .small(order: order)).take(14).map(\.fingerprint)
            let found = try DataLoader(data, .small(order: order, threads: 4)).take(14).map(\.fingerprint)
            #expect(found == expected, "\(order)")
        }
        let parts = fixture.server.requests.filter {
            $0.path.hasPrefix("/ranges/") && ($0.range ?? 0...0) != 0...0
        }
        #expect(parts.isEmpty == (way != .ranges))
    }

    @Test(arguments: Way.allCases)
    func anIndexIsUsedAgainWithoutReadingData(way: Way) throws {
        let fixture = try RemoteFixture([5, 5, 5])
        let shards = fixture.shards(way, log: true)
        let first = try fixture.open(shards)
        let (requests, runs) = (fixture.server.requests.count, fixture.log.count)
        let again = try fixture.open(shards, remote: fixture.remote())
        // Servers are asked for their versions, and for nothing else.
        let asked = fixture.server.requests[requests...]
        let isServed = [.ranges, .wholeFiles, .packedOnServer].contains(way)
        #expect(asked.count == (isServed ? 3 : 0) && asked.allSatisfy { $0.range == 0...0 })
        #expect(fixture.log.count == runs)
        #expect(again.index.path == first.index.path)
        #expect((0..<15).map { again.identity(at: $0) } == (0..<15).map { first.identity(at: $0) })
        // Its place is in the cache unless the shards lie in a folder.
        #expect(first.index.path.contains("/cache/indexes/") == (way != .packedFile))
    }

    @Test(arguments: Way.allCases)
    func shardsThatComeLaterAreAppended(way: Way) throws {
        let fixture = try RemoteFixture([5, 6, 7])
        let shards = fixture.shards(way, log: true)
        let first = try fixture.open([shards[2], shards[0]], index: "i.clipidx")
        try fixture.clearLog()
        let all = try fixture.open(shards, index: "i.clipidx")
        #expect(all.count == 18 && all.ordinalCount == 18)
        // In the order of the list: 0, 1, 2; by ordinal: 2, 0, 1.
        #expect((0..<18).map { all.ordinal(at: $0) } == Array(7..<12) + Array(12..<18) + Array(0..<7))
        for place in 0..<7 { #expect(all.identity(at: 11 + place) == first.identity(at: place)) }
        #expect(fixture.log == (way == .command || way == .unpackingCommand ? ["1"] : []))
        // The index may know more than a list names.
        let part = try fixture.open([shards[1]], index: "i.clipidx")
        #expect(part.count == 6 && part.ordinalCount == 18 && part.label(at: 0).key == "s5")
    }

    @Test func aReportSaysWhatWasRead() throws {
        let fixture = try RemoteFixture([5])
        let remote = fixture.remote()
        #expect(remote.report == nil)
        let failures = AtomicCount()
        let data = try fixture.open(fixture.shards(.ranges), remote: remote)
        fixture.setFault { _, _ in failures.next() == 0 ? .init(status: 503) : nil }
        for sample in [0, 0, 4] { _ = try data.field("txt", at: sample) }
        let report = try #require(remote.report)
        #expect(report.traffic.retries == 1 && report.traffic.bytes > 5000)
        #expect(report.pages.fetched >= 1 && report.pages.found >= 1 && report.pages.damaged == 0)
        let text = "\(report)"
        #expect(
            !text.contains("\n") && text.contains("1 of them again after") && text.contains("pages found")
        )
        #expect(text.contains(fixture.shards(.ranges)[0]))
        // Commands ask no server.
        let other = fixture.remote(cache: "other")
        _ = try fixture.open(fixture.shards(.command), index: "i.clipidx", remote: other)
        #expect(other.report == nil)
    }

    @Test func anIndexOfOtherDataIsRefused() throws {
        let fixture = try RemoteFixture([5, 6])
        let shards = fixture.shards(.ranges)
        let index = try fixture.open([shards[0]], index: "i.clipidx").index
        let error = #expect(throws: ShardError.self) { try ShardDataset(ShardList(shards), index: index) }
        #expect("\(try #require(error))".contains("does not know '\(shards[1])'"))
        try fixture.directory.write(Array("no index, but of some use to somebody".utf8), "other")
        #expect(throws: ShardError.self) { try fixture.open(shards, index: "other") }
        #expect(
            try String(contentsOfFile: fixture.directory.path + "/other", encoding: .utf8).hasPrefix(
                "no index"
            )
        )
    }

    @Test(arguments: [Way.command, .packedOnServer])
    func twoSamplesWithOneKeyAreTwoSamples(way: Way) throws {
        let fixture = try RemoteFixture([5, 5])
        try fixture.writeShard(1, start: 2, count: 5)
        var tar = TestTar()
        for text in ["one", "two"] { tar.add("same.jpg", "7"); tar.add("same.txt", text) }
        try fixture.directory.write(tar.closed, "plain/0.tar")
        try fixture.run("gzip -cn '\(fixture.plain(0))' > '\(fixture.directory.path)/packed/0.tar.gz'")
        let data = try fixture.open(fixture.shards(way))
        #expect(data.count == 7 && data.index.file.metadata.shards[0].duplicateKeys == 1)
        #expect(try (0..<2).map { try data.field("txt", at: $0)?.text } == ["one", "two"])
        #expect(data.identity(at: 0) != data.identity(at: 1))
        let batch = try #require(try DataLoader(data, .small(7)).next())
        #expect(Set(batch.ordinals) == Set(0..<7))
    }

    @Test(arguments: [Way.command, .ranges, .packedFile])
    func namesInShardsAreNeverPaths(way: Way) throws {
        let fixture = try RemoteFixture([1])
        try fixture.directory.write(Array("9".utf8), "victim.jpg")
        var tar = TestTar()
        tar.add("../victim.jpg", "1")
        tar.add("../victim.txt", "up")
        tar.add("\(fixture.directory.path)/victim.jpg", "2")
        tar.add("\(fixture.directory.path)/victim.txt", "absolute")
        tar.add("link.jpg", "", kind: "2")
        tar.add("link.txt", "", kind: "1")
        try fixture.directory.write(tar.closed, "plain/0.tar")
        try fixture.run("gzip -cn '\(fixture.plain(0))' > '\(fixture.directory.path)/packed/0.tar.gz'")
        let data = try fixture.open(fixture.shards(way))
        #expect(data.count == 2)
        #expect(try (0..<2).map { try data.field("jpg", at: $0)?.text } == ["1", "2"])
        #expect(data.label(at: 0).key == "../victim")
        let batch = try #require(try DataLoader(data, .small(2)).next())
        #expect(batch.faults.isEmpty && Set(batch.ordinals) == [0, 1])
    }
}
