import Foundation
import LoopbackServer
import RemoteFiles
import Synchronization
import Testing

@testable import CLIPData

/// A source that cannot be read ends a batch at once, and not once for each of its rows.
@Suite(.timeLimit(.minutes(15))) struct SourceFailureTests {
    /// Reads with two tries, from a cache with nothing in it.
    private func impatient(_ fixture: RemoteFixture) -> RemoteData {
        var settings = fixture.remote().settings
        settings.remote.tries = 2
        settings.remote.idleTimeout = 0.2
        settings.remote.connections = 64
        return RemoteData(settings: settings)
    }

    private func failure(_ loader: DataLoader) throws -> (error: ShardError, batches: Int) {
        var batches = 0
        let error = try #require(
            #expect(throws: ShardError.self) { while try loader.next() != nil { batches += 1 } }
        )
        return (error, batches)
    }

    @Test(arguments: RemoteFailureTests.orders, [1, 8])
    func aSilentServerIsAskedOnceForAllRows(order: LoaderSettings.Order, threads: Int) throws {
        let fixture = try RemoteFixture([40])
        let index = try fixture.open(fixture.shards(.ranges), index: "i").index
        try fixture.emptyCache()
        let data = try fixture.open(fixture.shards(.ranges), index: "i", remote: impatient(fixture))
        #expect(data.index.sampleCount == index.sampleCount)
        fixture.setFault { _, _ in .silence }
        let before = fixture.server.requests.count
        let loader = try DataLoader(data, .small(16, order: order, threads: threads))
        guard case .remote(.unreachable(_, _, 2, _)) = try failure(loader).error else {
            Issue.record("another error")
            return
        }
        loader.shutdown()
        // One of the spool's threads may have begun before, and is joined.
        #expect(fixture.server.requests.count - before <= 4)
    }

    @Test func aServerThatFallsSilentLaterIsNotTriedForEachRow() throws {
        let fixture = try RemoteFixture([40], padding: 4000)
        _ = try fixture.open(fixture.shards(.ranges), index: "i")
        try fixture.emptyCache()
        let data = try fixture.open(fixture.shards(.ranges), index: "i", remote: impatient(fixture))
        // The first request is good, so that the shard is open.
        let asked = Mutex(0)
        fixture.setFault { _, _ in
            let number = asked.withLock { asked in
                defer { asked += 1 }
                return asked
            }
            return number == 0 ? nil : .silence
        }
        let threads = 4
        let loader = try DataLoader(data, .small(32, threads: threads))
        guard case .remote(.unreachable) = try failure(loader).error else {
            Issue.record("another error")
            return
        }
        loader.shutdown()
        // Each thread may have been at a page of its own, and tried it twice.
        #expect(asked.withLock { $0 } <= 1 + 2 * threads)
    }

    @Test(arguments: [1, 5])
    func whatCameBeforeIsHandedOutAndTheErrorIsOfTheFirstRow(threads: Int) throws {
        let fixture = try RemoteFixture([12, 12, 12])
        let plain = try fixture.open(fixture.shards(nil))
        let order = LoaderSettings.Order.blocks(window: 1)
        let expected = try DataLoader(plain, .small(6, order: order)).take(8)
        // The shard of the fourth batch and the one of the sixth are gone.
        let labels = expected.map { plain.label(at: Int($0.ordinals[0])).shard }
        let gone = [labels[3], labels[5]].map { ($0 as NSString).lastPathComponent }
        let data = try fixture.open(fixture.shards(.wholeFiles))
        try fixture.emptyCache()
        fixture.setFault { request, _ in
            gone.contains { request.path.hasSuffix("/" + $0) } ? .init(status: 404) : nil
        }
        let loader = try DataLoader(data, .small(6, order: order, threads: threads))
        var found: [String] = []
        let error = #expect(throws: ShardError.self) {
            while let batch = try loader.next() { found.append(batch.fingerprint) }
        }
        let first = try #require(labels.firstIndex { label in gone.contains { label.hasSuffix("/" + $0) } })
        #expect(found == expected.prefix(first).map(\.fingerprint))
        guard case .remote(.notFound(let url, 404)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(url.hasSuffix("/" + (labels[first] as NSString).lastPathComponent))
        // Who starts anew tries anew.
        fixture.setFault(nil)
        loader.start(at: 0)
        #expect(try loader.take(8).map(\.fingerprint) == expected.map(\.fingerprint))
    }

    @Test func aLocalShardThatIsGoneEndsTheBatchToo() throws {
        let fixture = try RemoteFixture([6, 6])
        let data = try fixture.open(fixture.shards(.packedFile))
        try fixture.emptyCache()
        let gone = "\(fixture.directory.path)/packed/1.tar.gz"
        try FileManager.default.removeItem(atPath: gone)
        let loader = try DataLoader(data, .small(12, threads: 3))
        let error = #expect(throws: ShardError.self) { while try loader.next() != nil {} }
        #expect("\(error.map { "\($0)" } ?? "")".contains(gone))
        #expect(loader.counters.faults.total == 0)
    }

    @Test func badSamplesAreNoFailureOfTheirSource() throws {
        let fixture = try RemoteFixture([30])
        let data = try fixture.open(fixture.shards(.ranges))
        var settings = try LoaderSettings.small(10)
        settings.maximumBadSampleRate = 1
        let loader = try DataLoader(
            source: data,
            settings: settings,
            images: RefusingImages(),
            tokenize: byteTokens
        )
        let batches = try loader.take(3)
        #expect(batches.allSatisfy { $0.count == 10 })
        #expect(batches.flatMap(\.faults).allSatisfy { $0.kind.rawValue == "not a number" })
        #expect(!batches.flatMap(\.faults).isEmpty)
    }

    /// Every thirteenth image is bad.
    private struct RefusingImages: ImageTransforming {
        let inner = NumberImages()
        var width: Int { inner.width }
        var height: Int { inner.height }

        func transform(
            _ encoded: UnsafeRawBufferPointer,
            into row: UnsafeMutableBufferPointer<UInt8>,
            using random: inout CounterRandom,
            workspace: ImageWorkspace
        ) throws {
            if let number = Int(String(decoding: encoded, as: UTF8.self)), number % 13 == 0 {
                throw NumberImages.NotANumber()
            }
            try inner.transform(encoded, into: row, using: &random, workspace: workspace)
        }
    }
}
