import LoopbackServer
import RemoteFiles
import Synchronization
import Testing

@testable import CLIPData

/// How long servers are asked for versions.
@Suite struct RemoteVersionsTests {
    /// With many shards, opening does not wait for all servers' words.
    @Test func askingForVersionsEnds() throws {
        let fixture = try RemoteFixture([3, 3, 3, 3, 3])
        let shards = fixture.shards(.ranges)
        let rows = try fixture.open(shards).rows()
        let before = fixture.server.requests.count
        let options = IndexOptions(askingTime: .zero, remote: fixture.remote())
        let data = try ShardDataset.open(shards, options: options)
        #expect(fixture.server.requests.count == before)
        #expect(data.index.changes == nil)
        #expect(try data.rows() == rows)
        // A second passes with each look at the clock.
        let clock = Mutex(0)
        let versions = try RemoteVersions.ask(
            ShardList(shards).containers,
            ContainerAccess(remote: fixture.remote()),
            for: .seconds(3)
        ) {
            clock.withLock { seconds in
                defer { seconds += 1 }
                return .seconds(seconds)
            }
        }
        #expect(versions.count == 3)
        // What was not asked about is compared when it is read.
        fixture.setTag("\"two\"")
        let unasked = try ShardDataset.open(
            shards,
            options: IndexOptions(askingTime: .zero, remote: fixture.remote())
        )
        let loader = try DataLoader(unasked, .small())
        #expect {
            while try loader.next() != nil {}
        } throws: {
            "\($0)".contains("another version")
        }
    }
}
