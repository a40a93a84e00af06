import Foundation
import LocalFiles
import LoopbackServer
import Synchronization
import Testing

@testable import RemoteFiles

@Suite struct SpoolTests {
    private let content = pattern(50_000)

    private func spool(_ folder: TestFolder, limit: Int = 64 << 20, unpacked: Int = 64 << 20) throws -> Spool
    {
        var settings = try folder.cache(limit: limit)
        settings.unpackedLimit = unpacked
        return try Spool(
            client: RemoteClient(settings: quickSettings()),
            cache: RemoteCache(settings: settings)
        )
    }

    private func bytes(_ file: SpooledFile) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: file.path)))
    }

    private func failure(_ body: () throws -> Void) -> RemoteError? {
        #expect(throws: RemoteError.self, performing: body)
    }

    private func write(_ bytes: [UInt8], _ name: String, _ folder: TestFolder) throws -> Location {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
        return .file("\(folder.path)/\(name)")
    }

    /// What `gzip` makes of bytes.
    private func packed(_ bytes: [UInt8], _ folder: TestFolder) throws -> [UInt8] {
        let plain = "\(folder.path)/plain-\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: plain))
        var result: [UInt8] = []
        _ = try PipeCommand(command: "gzip -c '\(plain)'", timeout: 60).forEachPiece(stop: nil) {
            result.append(contentsOf: $0)
        }
        return result
    }

    @Test func webServersWithoutRanges() throws {
        let server = TestServer { [content] in .file(content, $0, ranges: false) }
        defer { server.stop() }
        let folder = try TestFolder()
        let location = Location.http(server.url())
        do {
            let spool = try spool(folder)
            let file = try spool.open(location)
            #expect(try bytes(file) == content && file.byteCount == 50_000)
            #expect(file.contentHash == content.withUnsafeBytes { ContentHash.of($0) })
        }
        let again = try spool(folder).open(location)
        #expect(try bytes(again) == content)
        // Twice for the version, once for the content.
        #expect(server.requests.count == 3)
        #expect(folder.names("files").filter { !$0.hasSuffix(".data") && !$0.hasSuffix(".json") } == [])
    }

    @Test func changedFilesAreTakenAgain() throws {
        let tag = Mutex("\"one\"")
        let server = TestServer { [content] in .file(content, $0, tag: tag.withLock { $0 }, ranges: false) }
        defer { server.stop() }
        let folder = try TestFolder()
        let spool = try spool(folder)
        let old = try spool.open(.http(server.url()))
        tag.withLock { $0 = "\"two\"" }
        let new = try spool.open(.http(server.url()))
        #expect(server.requests.count == 4 && old.path != new.path)
        #expect(try bytes(old) == content)
    }

    @Test func commands() throws {
        let folder = try TestFolder()
        let spool = try spool(folder)
        let location = try write(content, "x", folder)
        let command = Location.pipe("cat '\(location)'; echo done >> '\(folder.path)/runs'")
        for _ in 0..<2 { #expect(try bytes(spool.open(command)) == content) }
        #expect(try String(contentsOfFile: folder.path + "/runs", encoding: .utf8) == "done\n")
        // What is there can be looked at without running anything.
        #expect(spool.present(command)?.contentHash == content.withUnsafeBytes { ContentHash.of($0) })
        #expect(spool.present(.pipe("cat '\(location)'")) == nil && spool.present(location) == nil)
    }

    @Test(arguments: [
        ("echo some; echo why >&2; exit 3", "failed with status 3", "why"),
        ("kill -9 $$", "was killed by signal 9", ""),
        ("no-such-command-here", "no such command", "no-such-command-here"),
    ])
    func failingCommands(command: String, outcome: String, message: String) throws {
        let folder = try TestFolder()
        let spool = try spool(folder)
        guard case .command(_, let found, let messages) = failure({ _ = try spool.open(.pipe(command)) })
        else {
            Issue.record("it did not fail")
            return
        }
        #expect(found.contains(outcome) && (message.isEmpty || messages.contains(message)))
        #expect(folder.names("files") == [])
    }

    @Test func silentCommandsEnd() throws {
        let command = PipeCommand(command: "sleep 600 & wait", timeout: 0.2)
        let error = failure { _ = try command.forEachPiece(stop: nil) { _ in } }
        let text = "\(error.map { "\($0)" } ?? "")"
        #expect(text.contains("was silent for 0.2 seconds"))
        #expect(text.contains("raise `data.cache.commandTimeout` in a recipe"))
    }

    @Test func unpacks() throws {
        let folder = try TestFolder()
        let spool = try spool(folder)
        let one = try packed(content, folder)
        for (name, bytes) in [("a.gz", one), ("b.tgz", one + one), ("c", one + [0, 0, 0])] {
            let file = try spool.open(write(bytes, name, folder))
            #expect(try self.bytes(file) == (name == "b.tgz" ? content + content : content))
        }
        let plain = try spool.open(write(content, "plain", folder))
        #expect(plain.path == folder.path + "/plain" && plain.contentHash == nil)
    }

    @Test func gzipFaults() throws {
        let folder = try TestFolder()
        let spool = try spool(folder)
        let good = try packed(content, folder)
        var damaged = good
        damaged[good.count / 2] ^= 0xFF
        damaged[good.count / 2 + 1] ^= 0xFF
        var checksum = good
        checksum[good.count - 6] ^= 1
        let faults: [(String, [UInt8], Set<GzipProblem>)] = [
            ("short.gz", Array(good.dropLast(3)), [.truncated]), ("empty.gz", [], [.truncated]),
            ("sum.gz", checksum, [.checksum]), ("bits.gz", damaged, [.damaged, .checksum]),
            ("tail.gz", good + Array("more".utf8), [.trailing]), ("zeros.gz", good + [0, 0, 1], [.trailing]),
            ("none.gz", Array("plain".utf8), [.notGzip]),
        ]
        for (name, bytes, expected) in faults {
            let location = try write(bytes, name, folder)
            guard case .gzip(_, let problem, _) = failure({ _ = try spool.open(location) }) else {
                Issue.record("\(name) did not fail")
                continue
            }
            #expect(expected.contains(problem), "\(name)")
        }
        #expect(folder.names("files") == [])
    }

    @Test func gzipInSmallPieces() throws {
        let folder = try TestFolder()
        let bytes = try packed(content, folder) + packed([1, 2, 3], folder)
        let gunzip = Gunzip(source: "x")
        var result: [UInt8] = []
        for byte in bytes {
            try withUnsafeBytes(of: byte) { try gunzip.feed($0) { result.append(contentsOf: $0) } }
        }
        try gunzip.finish()
        #expect(result == content + [1, 2, 3])
    }

    @Test func limits() throws {
        let folder = try TestFolder()
        let bomb = try write(packed([UInt8](repeating: 0, count: 3_000_000), folder), "bomb.gz", folder)
        let small = try spool(folder, unpacked: 1_000_000)
        let error = failure { _ = try small.open(bomb) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("raise `data.cache.unpackedLimit` in a recipe."))
        let tight = try spool(folder, limit: 40_000)
        let location = try write(content, "x", folder)
        let full = failure { _ = try tight.open(.pipe("cat '\(location)'")) }
        let advice = "raise `data.cache.limit` in a recipe, or `--cache-limit`."
        #expect("\(full.map { "\($0)" } ?? "")".contains(advice))
        #expect(folder.names("files") == [])
    }

    @Test func leasesHoldAndTheOldestGo() throws {
        let folder = try TestFolder()
        let spool = try spool(folder, limit: 140_000)
        let location = try write(content, "x", folder)
        func command(_ number: Int) -> Location { .pipe("cat '\(location)' # \(number)") }
        var held: SpooledFile? = try spool.open(command(0))
        let path = try #require(held?.path)
        for number in 1..<5 { _ = try spool.open(command(number)) }
        #expect(FileManager.default.fileExists(atPath: path))
        let second = try spool.open(command(5))
        guard case .cacheFull = failure({ _ = try spool.open(command(6)) }) else {
            Issue.record("a third file fitted")
            return
        }
        held = nil
        _ = try spool.open(command(7))
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(FileManager.default.fileExists(atPath: second.path))
    }

    @Test func halfMadeFilesAreRemoved() throws {
        let folder = try TestFolder()
        _ = try RemoteCache(settings: folder.cache())
        let part = "\(folder.path)/cache/files/abc.partial"
        try Data([1, 2]).write(to: URL(fileURLWithPath: part))
        let lock = try SharedFile(
            opening: URL(fileURLWithPath: "\(folder.path)/cache/files/abc.lock"),
            creates: true
        )
        #expect(try lock.tryLock(.exclusive))
        _ = try RemoteCache(settings: folder.cache())
        #expect(FileManager.default.fileExists(atPath: part))
        lock.unlock()
        _ = try RemoteCache(settings: folder.cache())
        #expect(folder.names("files") == [])
    }

    @Test func fetchesAheadOnce() throws {
        let server = TestServer { [content] in .file(content, $0, ranges: false) }
        defer { server.stop() }
        let folder = try TestFolder()
        let spool = try spool(folder)
        let locations = (0..<6).map { Location.http(server.url("/\($0)")) }
        spool.prefetch(locations)
        let wrong = Atomic(0)
        let group = DispatchGroup()
        for thread in 0..<4 {
            group.enter()
            Thread { [content] in
                for step in 0..<6 {
                    let file = try? spool.open(locations[(step + thread) % 6])
                    if file?.contentHash != content.withUnsafeBytes({ ContentHash.of($0) }) {
                        wrong.add(1, ordering: .relaxed)
                    }
                }
                group.leave()
            }.start()
        }
        group.wait()
        #expect(wrong.load(ordering: .relaxed) == 0)
        #expect(server.requests.filter { $0.range == nil }.count == 6)
    }

    @Test func shutdownEndsCommands() throws {
        let folder = try TestFolder()
        let spool = try spool(folder)
        let location = Location.pipe("echo x; touch '\(folder.path)/started'; sleep 600")
        Thread {
            while !FileManager.default.fileExists(atPath: folder.path + "/started") { usleep(1000) }
            spool.shutdown()
        }.start()
        #expect(failure { _ = try spool.open(location) } == .stopped)
    }
}
