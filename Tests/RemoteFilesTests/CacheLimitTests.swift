import Foundation
import LoopbackServer
import Synchronization
import Testing

@testable import RemoteFiles

/// The folder takes no more than its limit at any moment, and the shared counter says what it takes.
@Suite struct CacheLimitTests {
    private func counter(_ folder: TestFolder) throws -> Int {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/cache/cache.lock"))
        return bytes.withUnsafeBytes { Int($0.loadUnaligned(as: UInt64.self)) }
    }

    @Test func theCounterIsWhatTheFolderTakes() throws {
        let content = pattern(100_000)
        let server = TestServer { .file(content, $0, ranges: $0.path != "/whole") }
        defer { server.stop() }
        let folder = try TestFolder()
        let cache = try RemoteCache(settings: folder.cache(limit: 250_000))
        let client = try RemoteClient(settings: quickSettings())
        #expect(try counter(folder) == cache.byteCount)
        let pages = try PagedRemoteFile(RemoteFile(server.url("/pages"), client: client), cache: cache)
        let spool = Spool(client: client, cache: cache)
        for step in 0..<6 {
            _ = try pages.read(step * 15_000..<step * 15_000 + 5000)
            #expect(try counter(folder) == cache.byteCount)
            _ = try spool.open(.pipe("head -c \(20_000 + 7 * step) /dev/zero"))
            #expect(try counter(folder) == cache.byteCount)
        }
        _ = try spool.open(.http(server.url("/whole")))
        #expect(try counter(folder) == cache.byteCount)
        #expect(throws: RemoteError.self) { try spool.open(.pipe("head -c 30000 /dev/zero; exit 3")) }
        #expect(try counter(folder) == cache.byteCount)
        #expect(cache.byteCount <= 250_000)
    }

    @Test func manyWritersStayWithinTheLimit() throws {
        let content = pattern(100_000)
        let server = TestServer { .file(content, $0, ranges: !$0.path.hasPrefix("/whole")) }
        defer { server.stop() }
        let folder = try TestFolder()
        let limit = 400_000
        let client = try RemoteClient(settings: quickSettings())
        // As two processes have them.
        let caches = try (0..<2).map { _ in try RemoteCache(settings: folder.cache(limit: limit)) }
        let running = Atomic(6)
        var most = 0
        for thread in 0..<6 {
            Thread {
                defer { running.subtract(1, ordering: .sequentiallyConsistent) }
                let cache = caches[thread % 2]
                let spool = Spool(client: client, cache: cache)
                for step in 0..<12 {
                    switch thread {
                    case 0, 1:
                        // Where others hold all of the room, there may be none; that is not what is tested.
                        _ = try? spool.open(.http(server.url("/whole\(thread)\(step % 5)")))
                    case 2, 3:
                        _ = try? spool.open(.pipe("head -c \(90_000 + step % 5) /dev/zero # \(thread)"))
                    default:
                        let file = try? PagedRemoteFile(
                            RemoteFile(server.url("/pages\(thread)"), client: client),
                            cache: cache
                        )
                        let start = step * 7919 % 60_000
                        _ = try? file?.read(start..<start + 30_000)
                    }
                }
            }.start()
        }
        while running.load(ordering: .sequentiallyConsistent) > 0 {
            most = max(most, caches[0].byteCount)
        }
        #expect(most <= limit && most > limit / 2)
    }
}
