import Foundation
import LocalFiles
import LoopbackServer
import Synchronization
import Testing

@testable import RemoteFiles

@Suite struct PagedRemoteFileTests {
    private let content = pattern(100_000)

    private func open(_ server: TestServer, _ cache: RemoteCache, path: String = "/file") throws
        -> PagedRemoteFile
    {
        let client = try RemoteClient(settings: quickSettings())
        return try PagedRemoteFile(RemoteFile(server.url(path), client: client), cache: cache)
    }

    @Test func missingNeighboursComeAtOnceAndStay() throws {
        let server = TestServer { [content] in .file(content, $0) }
        defer { server.stop() }
        let folder = try TestFolder()
        do {
            let file = try open(server, RemoteCache(settings: folder.cache()))
            #expect(try file.read(5000..<20_000) == Array(content[5000..<20_000]))
            #expect(server.requests.count == 2 && server.requests[1].headers["range"] == "bytes=4096-20479")
            #expect(try file.read(0..<100_000) == content)
            #expect(server.requests.count == 4)
            #expect(file.counters == PageCounters(found: 4, fetched: 25))
        }
        // A new process: only the version is asked for.
        let again = try open(server, RemoteCache(settings: folder.cache()))
        #expect(try again.read(0..<100_000) == content)
        #expect(server.requests.count == 5)
    }

    @Test func damagedPagesComeAgain() throws {
        let server = TestServer { [content] in .file(content, $0) }
        defer { server.stop() }
        let folder = try TestFolder()
        let cache = try RemoteCache(settings: folder.cache())
        let file = try open(server, cache)
        _ = try file.read(0..<100_000)
        let inner = try #require(folder.names("pages").first)
        let name = try #require(folder.names("pages/" + inner).first)
        let stored = try SharedFile(
            opening: URL(fileURLWithPath: "\(folder.path)/cache/pages/\(inner)/\(name)")
        )
        try [UInt8]([1, 2, 3]).withUnsafeBytes { try stored.write($0, at: 4096 + 5 * 4096 + 100) }
        #expect(try file.read(0..<100_000) == content)
        #expect(file.counters.damaged == 1 && file.counters.fetched == 26)
        #expect(try file.read(0..<100_000) == content)
        #expect(file.counters.damaged == 1)
    }

    @Test func changedFilesLoseTheirPages() throws {
        let tag = Mutex("\"one\"")
        let server = TestServer { [content] request in .file(content, request, tag: tag.withLock { $0 }) }
        defer { server.stop() }
        let folder = try TestFolder()
        let cache = try RemoteCache(settings: folder.cache())
        _ = try open(server, cache).read(0..<100)
        let inner = try #require(folder.names("pages").first)
        let before = folder.names("pages/" + inner)
        tag.withLock { $0 = "\"two\"" }
        let file = try open(server, cache)
        _ = try file.read(0..<100)
        #expect(file.counters.fetched == 1)
        #expect(folder.names("pages/" + inner).count == 1 && folder.names("pages/" + inner) != before)
    }

    @Test func theLimitHoldsAndTheOldestGo() throws {
        let server = TestServer { [content] in .file(content, $0) }
        defer { server.stop() }
        let folder = try TestFolder()
        let cache = try RemoteCache(settings: folder.cache(limit: 80_000))
        let files = try ["/a", "/b"].map { try open(server, cache, path: $0) }
        for start in stride(from: 0, to: 100_000, by: 4096) {
            for file in files {
                let range = start..<min(start + 4096, 100_000)
                #expect(try file.read(range) == Array(content[range]))
            }
            #expect(cache.byteCount <= 80_000)
        }
        let fetched = files[1].counters.fetched
        _ = try files[1].read(98_304..<100_000)
        #expect(files[1].counters.fetched == fetched)
        _ = try files[1].read(0..<10)
        #expect(files[1].counters.fetched == fetched + 1)
    }

    @Test func aCacheWithoutRoomIsDoneWithout() throws {
        let server = TestServer { [content] in .file(content, $0) }
        defer { server.stop() }
        let folder = try TestFolder()
        let file = try open(server, RemoteCache(settings: folder.cache(limit: 1)))
        #expect(try file.read(0..<100_000) == content)
        #expect(file.counters.notKept == 25)
    }

    @Test func threadsShareRequests() throws {
        let server = TestServer { [content] request in
            usleep(2000)
            return .file(content, request)
        }
        defer { server.stop() }
        let folder = try TestFolder()
        let cache = try RemoteCache(settings: folder.cache())
        let file = try open(server, cache)
        let wrong = Atomic(0)
        let group = DispatchGroup()
        for thread in 0..<8 {
            group.enter()
            Thread { [content] in
                for step in 0..<25 {
                    let start = (thread % 2 == 0 ? step : 24 - step) * 4000
                    if (try? file.read(start..<start + 4000)) != Array(content[start..<start + 4000]) {
                        wrong.add(1, ordering: .relaxed)
                    }
                }
                group.leave()
            }.start()
        }
        group.wait()
        #expect(wrong.load(ordering: .relaxed) == 0)
        // Each page once; 8 threads alone would ask for 200.
        let asked = server.requests.dropFirst().compactMap(\.range).map { ($0.count + 4095) / 4096 }.reduce(
            0,
            +
        )
        #expect(asked == 25)
    }

    @Test func twoCachesOnOneFolderShareAndStayRight() throws {
        let server = TestServer { [content] in .file(content, $0) }
        defer { server.stop() }
        let folder = try TestFolder()
        let files = try (0..<2).map { _ in
            try open(server, RemoteCache(settings: folder.cache(limit: 60_000)))
        }
        let wrong = Atomic(0)
        let group = DispatchGroup()
        for thread in 0..<4 {
            group.enter()
            Thread { [content] in
                for step in 0..<60 {
                    let start = (step * 7919 + thread * 31_337) % 90_000
                    if (try? files[thread % 2].read(start..<start + 9000))
                        != Array(content[start..<start + 9000])
                    {
                        wrong.add(1, ordering: .relaxed)
                    }
                }
                group.leave()
            }.start()
        }
        group.wait()
        #expect(wrong.load(ordering: .relaxed) == 0)
    }
}
