import Foundation
import LoopbackServer
import RemoteFiles
import Synchronization
import Testing

@testable import CLIPData

/// Servers and commands that fail while a loader reads.
@Suite struct RemoteFailureTests {
    typealias Way = RemoteFixture.Way
    static let orders: [LoaderSettings.Order] = [.shuffled, .blocks(window: 1)]

    /// The error that stops a loader, and stays.
    private func failure(_ data: ShardDataset, _ order: LoaderSettings.Order) throws -> RemoteError? {
        let loader = try DataLoader(data, .small(order: order, threads: 3))
        let error = try #require(#expect(throws: ShardError.self) { while try loader.next() != nil {} })
        #expect(throws: error) { try loader.next() }
        #expect(loader.counters.faults.total == 0)
        loader.shutdown()
        guard case .remote(let cause) = error else {
            Issue.record("\(error)")
            return nil
        }
        return cause
    }

    /// Indexed data whose bytes have to come again.
    private func indexed(_ fixture: RemoteFixture, _ way: Way) throws -> ShardDataset {
        let data = try fixture.open(fixture.shards(way))
        try fixture.emptyCache()
        return data
    }

    @Test(arguments: [Way.ranges, .wholeFiles, .packedOnServer], orders)
    func aShardThatIsGoneStopsTheLoader(way: Way, order: LoaderSettings.Order) throws {
        let fixture = try RemoteFixture([6, 6])
        let data = try indexed(fixture, way)
        for (status, expected) in [(404, "does not exist"), (403, "credentials"), (418, "418")] {
            fixture.setFault { request, _ in request.path.contains("/1.") ? .init(status: status) : nil }
            let error = try #require(try failure(data, order))
            #expect("\(error)".contains(expected) && "\(error)".contains(fixture.shards(way)[1]))
        }
    }

    @Test(arguments: [Way.ranges, .wholeFiles, .packedOnServer], orders)
    func whatPassesIsTriedAgain(way: Way, order: LoaderSettings.Order) throws {
        let fixture = try RemoteFixture([6, 6])
        let data = try indexed(fixture, way)
        let expected = try DataLoader(fixture.open(fixture.shards(nil)), .small(order: order)).take(4)
        // Two failures in a row, then a connection that breaks half-way, then good ones; anew for each path.
        let seen = Mutex<[String: Int]>([:])
        fixture.setFault { request, content in
            let number = seen.withLock { seen in
                defer { seen[request.path, default: 0] += 1 }
                return seen[request.path, default: 0]
            }
            if number < 2 { return .init(status: 500) }
            guard number == 2 || number == 4 else { return nil }
            var answer = TestServer.Answer.file(content, request, ranges: way != .wholeFiles)
            answer.breaksAfter = answer.body.count / 2
            return answer
        }
        let found = try DataLoader(data, .small(order: order)).take(4)
        #expect(found.map(\.fingerprint) == expected.map(\.fingerprint))
    }

    @Test(arguments: [Way.ranges, .wholeFiles, .packedOnServer], orders)
    func connectionsThatAlwaysBreakEndTheTries(way: Way, order: LoaderSettings.Order) throws {
        let fixture = try RemoteFixture([6])
        let data = try indexed(fixture, way)
        fixture.setFault { request, content in
            guard request.range != 0...0 else { return nil }
            var answer = TestServer.Answer.file(content, request, ranges: way != .wholeFiles)
            answer.breaksAfter = 0
            return answer
        }
        guard case .unreachable(_, let reason, 4, _) = try failure(data, order) else {
            Issue.record("another error")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func otherRangesAreRefused() throws {
        let fixture = try RemoteFixture([6])
        let data = try indexed(fixture, .ranges)
        fixture.setFault { request, content in
            guard let range = request.range, range != 0...0 else { return nil }
            var answer = TestServer.Answer.file(content, request)
            answer.headers.removeAll { $0.0 == "Content-Range" }
            answer.headers.append(
                ("Content-Range", "bytes \(range.lowerBound + 1)-\(range.upperBound + 1)/\(content.count)")
            )
            return answer
        }
        guard case .wrongRange = try failure(data, .shuffled) else {
            Issue.record("another error")
            return
        }
    }

    @Test(arguments: orders)
    func damagedGzipStopsTheLoader(order: LoaderSettings.Order) throws {
        let fixture = try RemoteFixture([6])
        let data = try indexed(fixture, .packedOnServer)
        fixture.setFault { request, content in
            var content = content
            for place in content.count - 40..<content.count - 10 { content[place] = 0xA5 }
            return .file(content, request)
        }
        guard case .gzip = try failure(data, order) else {
            Issue.record("another error")
            return
        }
        // What is cut off is found when it is indexed.
        let short = try RemoteFixture([6])
        short.setFault { .file(Array($1.dropLast(30)), $0) }
        let error = #expect(throws: ShardError.self) { try short.open(short.shards(.packedOnServer)) }
        guard case .remote(.gzip(_, .truncated, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: orders)
    func aCommandThatFailsStopsTheLoader(order: LoaderSettings.Order) throws {
        let fixture = try RemoteFixture([6])
        let flag = fixture.directory.path + "/flag"
        let shards = [
            "pipe:if test -e '\(flag)'; then echo gone away >&2; exit 3; fi; cat '\(fixture.plain(0))'"
        ]
        let data = try fixture.open(shards)
        try fixture.emptyCache()
        try fixture.directory.write([], "flag")
        guard case .command(_, let outcome, let messages) = try failure(data, order) else {
            Issue.record("another error")
            return
        }
        #expect(outcome.contains("status 3") && messages == "gone away")
        try FileManager.default.removeItem(atPath: flag)
        #expect(try DataLoader(data, .small(order: order)).take(3).count == 3)
    }

    @Test func nothingIsIndexedOfWhatCannotBeRead() throws {
        let fixture = try RemoteFixture([6])
        for shard in [fixture.server.url("/ranges/9.tar").absoluteString, "pipe:exit 5", "pipe:echo no tar"] {
            #expect(throws: ShardError.self) {
                try fixture.open([fixture.shards(.command)[0], shard], index: "i")
            }
            #expect(!FileManager.default.fileExists(atPath: fixture.directory.path + "/i"))
        }
    }
}
