import LoopbackServer
import Testing

@testable import RemoteFiles

/// Servers that are not silent, and send next to nothing.
@Suite(.timeLimit(.minutes(15))) struct ArrivalRateTests {
    private func settings(rate: Double) -> RemoteSettings {
        var settings = quickSettings()
        settings.tries = 2
        settings.leastRate = rate
        settings.rateWindow = 0.1
        return settings
    }

    @Test func theMeanOfAWindowCounts() throws {
        var settings = RemoteSettings()
        (settings.leastRate, settings.rateWindow) = (100, 10)
        var rate = ArrivalRate(settings)
        try rate.add(0, waited: 9)
        // 1000 bytes in 10 s are enough, and the next window starts with nothing.
        try rate.add(1000, waited: 1)
        try rate.add(999, waited: 9.5)
        let failure = #expect(throws: TransferFailure.self) { try rate.add(0, waited: 0.5) }
        #expect(
            failure?.reason
                == "the server sent 999 bytes in 10 s, and `data.remote.leastRate` asks for 100 in each"
        )
        settings.leastRate = 0
        var any = ArrivalRate(settings)
        try any.add(1, waited: 1e6)
    }

    @Test func aSlowReaderIsNoSlowServer() throws {
        var settings = RemoteSettings()
        (settings.leastRate, settings.rateWindow) = (1e9, 10)
        var rate = ArrivalRate(settings)
        for _ in 0..<1000 { try rate.add(1, waited: 0) }
    }

    @Test func aServerThatTricklesFails() throws {
        let content = pattern(50_000)
        let server = TestServer { request in
            var answer = TestServer.Answer.file(content, request)
            if request.range != 0...0 { answer.pause = 2000 }
            return answer
        }
        defer { server.stop() }
        let file = try RemoteFile(server.url(), client: RemoteClient(settings: settings(rate: 1e6)))
        let error = #expect(throws: RemoteError.self) { try file.read(0..<40_000) }
        guard case .unreachable(let url, let reason, 2, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(url == file.name && reason.contains("`data.remote.leastRate` asks for 1000000"))
        // Any rate will do where none is asked for.
        let patient = try RemoteFile(server.url(), client: RemoteClient(settings: settings(rate: 0)))
        #expect(try patient.read(10..<60) == Array(content[10..<60]))
    }

    /// Half a head is none: the client takes it for silence.
    @Test func soDoesAHeadThatTrickles() throws {
        let server = TestServer { _ in
            var answer = TestServer.Answer(headers: [("X", String(repeating: "x", count: 20_000))])
            answer.pause = 2000
            return answer
        }
        defer { server.stop() }
        var settings = settings(rate: 1)
        settings.idleTimeout = 0.3
        let client = try RemoteClient(settings: settings)
        let error = #expect(throws: RemoteError.self) { try RemoteFile(server.url(), client: client) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("silent for too long"))
    }

    @Test(arguments: [-1, .nan, 2e12])
    func ratesThatMakeNoSenseAreRefused(rate: Double) {
        let error = #expect(throws: RemoteError.self) { try RemoteClient(settings: settings(rate: rate)) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("data.remote.leastRate"))
    }
}
