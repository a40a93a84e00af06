import Foundation
import LoopbackServer
import Synchronization
import Testing

@testable import RemoteFiles

/// Settings that lose no time.
func quickSettings() -> RemoteSettings {
    var settings = RemoteSettings()
    settings.tries = 4
    settings.firstWait = 0.001
    settings.longestWait = 0.01
    settings.connectTimeout = 5
    settings.idleTimeout = 20
    return settings
}

@Suite struct RemoteFileTests {
    private let content = pattern(10_000)

    private func failure(_ body: () throws -> Void) -> RemoteError? {
        #expect(throws: RemoteError.self, performing: body)
    }

    private func whole(_ file: RemoteFile) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let count = try file.forEachPiece(stop: nil) { bytes.append(contentsOf: $0) }
        #expect(count == bytes.count)
        return bytes
    }

    @Test func readsRanges() throws {
        let server = TestServer { [content] in .file(content, $0) }
        defer { server.stop() }
        let client = try RemoteClient(settings: quickSettings())
        let file = try RemoteFile(server.url(), client: client)
        #expect(file.byteCount == 10_000 && file.servesRanges && file.version.entityTag == "\"one\"")
        #expect(try file.read(100..<300) == Array(content[100..<300]))
        #expect(try file.read(9_999..<10_000) == [content[9_999]])
        #expect(try file.read(5..<5) == [])
        #expect(
            failure { _ = try file.read(9_999..<10_001) }
                == .outside(source: file.name, range: 9_999..<10_001, byteCount: 10_000)
        )
        let host = try #require(client.traffic.hosts.first)
        #expect(
            host.name == "127.0.0.1:\(server.port)" && host.requests == 3 && host.bytes == 202
                && host.retries == 0
        )
        #expect(client.traffic.slowestURL == file.name)
        #expect(client.traffic.description.hasPrefix("202 bytes in 3 requests, the slowest "))
        #expect(client.traffic.description.hasSuffix(" s for \(file.name)"))
        #expect(server.requests.last?.headers["if-range"] == "\"one\"")
    }

    /// A legal answer, as from servers that limit what one request gets.
    @Test(arguments: [1000, 7, 4999])
    func asksAgainForWhatAShorterAnswerLeftOut(limit: Int) throws {
        let content = Array(content.prefix(6_000))
        let server = TestServer { request in
            guard let range = request.range else {
                // The whole file breaks off, so that the rest is asked for.
                var answer = TestServer.Answer.file(content, request)
                answer.breaksAfter = 5_000
                return answer
            }
            var shorter = request.headers
            shorter["range"] =
                "bytes=\(range.lowerBound)-\(min(range.upperBound, range.lowerBound + limit - 1))"
            return .file(content, .init(path: request.path, headers: shorter, number: request.number))
        }
        defer { server.stop() }
        var settings = quickSettings()
        settings.tries = 2
        let file = try RemoteFile(server.url(), client: RemoteClient(settings: settings))
        #expect(try file.read(100..<1_100) == Array(content[100..<1_100]))
        #expect(try whole(file) == content)
    }

    @Test(arguments: [(101, 300), (100, 301), (99, 200)])
    func otherRangesThanTheBeginningAreRefused(first: Int, last: Int) throws {
        let server = TestServer { [content] request in
            guard request.range != 0...0 else { return .file(content, request) }
            let headers = ["range": "bytes=\(first)-\(last)"]
            return .file(content, .init(path: request.path, headers: headers, number: request.number))
        }
        defer { server.stop() }
        let file = try RemoteFile(server.url(), client: RemoteClient(settings: quickSettings()))
        guard case .wrongRange = failure({ _ = try file.read(100..<301) }) else {
            Issue.record("bytes \(first)-\(last) were taken")
            return
        }
    }

    @Test func followsRedirects() throws {
        let server = TestServer { [content] request in
            request.path == "/old"
                ? .init(status: 302, headers: [("Location", "/new")]) : .file(content, request)
        }
        defer { server.stop() }
        let file = try RemoteFile(server.url("/old"), client: RemoteClient(settings: quickSettings()))
        #expect(try file.read(7..<9) == Array(content[7..<9]))
    }

    @Test func redirectsInACircleFail() throws {
        let server = TestServer { _ in .init(status: 302, headers: [("Location", "/file")]) }
        defer { server.stop() }
        let client = try RemoteClient(settings: quickSettings())
        let error = failure { _ = try RemoteFile(server.url(), client: client) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("circle"))
    }

    @Test func triesAgainAndReports() throws {
        let server = TestServer { [content] request in
            request.number == 1 || request.number == 2 ? .init(status: 500) : .file(content, request)
        }
        defer { server.stop() }
        let reports = Mutex<[(Int, String)]>([])
        var settings = quickSettings()
        settings.onRetry = { retry in reports.withLock { $0.append((retry.attempt, retry.reason)) } }
        let client = try RemoteClient(settings: settings)
        let file = try RemoteFile(server.url(), client: client)
        #expect(try file.read(0..<9) == Array(content[..<9]))
        #expect(reports.withLock { $0.map(\.0) } == [1, 2])
        #expect(reports.withLock { $0.allSatisfy { $0.1 == "the server answered 500" } })
        #expect(client.traffic.hosts[0].retries == 2)
    }

    @Test func retryAfterIsHonouredUpToTheLimit() throws {
        let settings = quickSettings()
        #expect(settings.wait(after: 1, url: "a", asked: 99) == 0.01)
        #expect(settings.wait(after: 1, url: "a", asked: 0.005) == 0.005)
        let waits = (1...4).map { settings.wait(after: $0, url: "a", asked: nil) }
        for (place, wait) in waits.enumerated() {
            let full = min(0.001 * Double(1 << place), 0.01)
            #expect(wait >= full / 2 && wait <= full)
        }
        #expect(waits == (1...4).map { settings.wait(after: $0, url: "a", asked: nil) })
        #expect(waits[0] != settings.wait(after: 1, url: "b", asked: nil))
        let server = TestServer { [content] request in
            request.number == 0
                ? .init(status: 429, headers: [("Retry-After", "0")]) : .file(content, request)
        }
        defer { server.stop() }
        #expect(try RemoteFile(server.url(), client: RemoteClient(settings: settings)).byteCount == 10_000)
    }

    @Test func givesUp() throws {
        let server = TestServer { _ in .init(status: 503) }
        defer { server.stop() }
        let client = try RemoteClient(settings: quickSettings())
        let error = failure { _ = try RemoteFile(server.url("/x?key=abc"), client: client) }
        guard case .unreachable(let url, let reason, 4, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(url.hasSuffix("/x?key=…") && reason == "the server answered 503")
        #expect(server.requests.count == 4)
    }

    @Test(arguments: [401, 403, 404, 410, 400])
    func statusesThatDoNotPass(status: Int) throws {
        let server = TestServer { _ in .init(status: status) }
        defer { server.stop() }
        let client = try RemoteClient(settings: quickSettings())
        let url = server.url().absoluteString
        let expected: RemoteError =
            switch status {
            case 401, 403: .forbidden(url: url, status: status)
            case 404, 410: .notFound(url: url, status: status)
            default: .status(url: url, status: status)
            }
        #expect(failure { _ = try RemoteFile(server.url(), client: client) } == expected)
        #expect(server.requests.count == 1)
    }

    @Test func refusedConnections() throws {
        let server = TestServer { _ in .init() }
        server.stop()
        let client = try RemoteClient(settings: quickSettings())
        let error = failure { _ = try RemoteFile(server.url(), client: client) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("connection refused (tried 4 times"))
    }

    @Test func silenceEnds() throws {
        let server = TestServer { [content] request in
            var answer = TestServer.Answer.file(content, request)
            if request.number == 1 {
                answer.breaksAfter = 10
                answer.stalls = true
            }
            return answer
        }
        defer { server.stop() }
        var settings = quickSettings()
        settings.idleTimeout = 0.3
        let reasons = Mutex<[String]>([])
        settings.onRetry = { retry in reasons.withLock { $0.append(retry.reason) } }
        let file = try RemoteFile(server.url(), client: RemoteClient(settings: settings))
        #expect(try file.read(0..<100) == Array(content[..<100]))
        #expect(reasons.withLock { $0 }.contains("the server was silent for too long"))
    }

    @Test func brokenAnswersAreAskedForAgain() throws {
        let server = TestServer { [content] request in
            var answer = TestServer.Answer.file(content, request)
            if request.number == 1 { answer.breaksAfter = 50 }
            return answer
        }
        defer { server.stop() }
        let file = try RemoteFile(server.url(), client: RemoteClient(settings: quickSettings()))
        #expect(try file.read(0..<100) == Array(content[..<100]))
        #expect(server.requests.count == 3)
    }

    @Test func wrongRangesAreRefused() throws {
        let server = TestServer { [content] request in
            var answer = TestServer.Answer.file(content, request)
            if request.number == 1 { answer.headers = [("Content-Range", "bytes 1-100/10000")] }
            return answer
        }
        defer { server.stop() }
        let file = try RemoteFile(server.url(), client: RemoteClient(settings: quickSettings()))
        let error = failure { _ = try file.read(0..<100) }
        #expect(error == .wrongRange(url: file.name, asked: 0..<100, found: "bytes 1-100/10000"))
        #expect(server.requests.count == 2)
    }

    @Test func changedFilesAreRefused() throws {
        let server = TestServer { [content] request in
            .file(content, request, tag: request.number == 0 ? "\"one\"" : "\"two\"")
        }
        defer { server.stop() }
        let file = try RemoteFile(server.url(), client: RemoteClient(settings: quickSettings()))
        guard case .changed = failure({ _ = try file.read(0..<100) }) else {
            Issue.record("a changed file was read")
            return
        }
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [true, false])
    func wholeFilesGoOnWhereTheyBroke(ranges: Bool) throws {
        let server = TestServer { [content] request in
            var answer = TestServer.Answer.file(content, request, ranges: ranges)
            if request.number == 1 { answer.breaksAfter = 6000 }
            return answer
        }
        defer { server.stop() }
        let file = try RemoteFile(server.url(), client: RemoteClient(settings: quickSettings()))
        #expect(file.servesRanges == ranges)
        if !ranges { #expect(failure { _ = try file.read(0..<1) } == .noRanges(url: file.name)) }
        #expect(try whole(file) == content)
        #expect(server.requests[2].headers["range"] == (ranges ? "bytes=6000-9999" : nil))
    }

    @Test func aServerThatGivesPartsNoMoreStartsOver() throws {
        let server = TestServer { [content] request in
            var answer = TestServer.Answer.file(content, request, ranges: request.number == 0)
            if request.number == 1 { answer.breaksAfter = 6000 }
            return answer
        }
        defer { server.stop() }
        let file = try RemoteFile(server.url(), client: RemoteClient(settings: quickSettings()))
        #expect(file.servesRanges)
        #expect(try whole(file) == content)
        #expect(server.requests.count == 3 && server.requests[2].headers["range"] == "bytes=6000-9999")
    }

    @Test func otherBytesAfterABreakAreNoticed() throws {
        let server = TestServer { request in
            var answer = TestServer.Answer.file(
                pattern(10_000, seed: request.number < 2 ? 7 : 8),
                request,
                tag: nil,
                ranges: false
            )
            if request.number == 1 { answer.breaksAfter = 6000 }
            return answer
        }
        defer { server.stop() }
        let folder = try TestFolder()
        let spool = try Spool(
            client: RemoteClient(settings: quickSettings()),
            cache: RemoteCache(settings: folder.cache())
        )
        guard case .changed = failure({ _ = try spool.open(.http(server.url())) }) else {
            Issue.record("two contents were put together")
            return
        }
        #expect(folder.names("files") == [])
    }

    @Test func emptyFiles() throws {
        let server = TestServer { .file([], $0) }
        defer { server.stop() }
        let file = try RemoteFile(server.url(), client: RemoteClient(settings: quickSettings()))
        #expect(file.byteCount == 0)
        #expect(try file.read(0..<0) == [])
    }

    @Test func shutdownEndsWaiting() throws {
        let server = TestServer { _ in .init(body: [1, 2], breaksAfter: 1, stalls: true) }
        defer { server.stop() }
        let client = try RemoteClient(settings: quickSettings())
        let file = try RemoteFile(server.url(), client: client)
        let thread = Thread {
            while server.requests.count < 2 { usleep(1000) }
            client.shutdown()
        }
        thread.start()
        #expect(failure { _ = try whole(file) } == .stopped)
        #expect(failure { _ = try RemoteFile(server.url(), client: client) } == .stopped)
    }

    @Test func settingsAreChecked() {
        var settings = RemoteSettings()
        settings.tries = 0
        #expect(throws: RemoteError.setting(name: "data.remote.tries", found: "0", expected: "1 to 1000")) {
            try RemoteClient(settings: settings)
        }
    }

    @Test func messagesNameSettingsWhereTheyAreGiven() {
        let setting = { "\(RemoteError.setting(name: $0, found: "0", expected: "1"))" }
        #expect(setting("data.remote.tries") == "`data.remote.tries` in a recipe: found 0, expected 1.")
        #expect(setting("data.cache.limit").hasPrefix("`data.cache.limit` in a recipe, or `--cache-limit`: "))
        #expect(setting("RemoteSettings.firstWait").hasPrefix("`RemoteSettings.firstWait`: "))
        let full = RemoteError.cacheFull(directory: "/x", needed: 2, limit: 1)
        #expect("\(full)".hasSuffix("Raise `data.cache.limit` in a recipe, or `--cache-limit`."))
    }
}
