import AsyncHTTPClient
import Dispatch
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Connections to web servers, with retries and counters.
///
/// All calls block; make them from plain threads, not from Swift's concurrency pool. Any number of threads may share it.
/// It runs two threads of its own, which end with ``shutdown()`` or with the object.
public final class RemoteClient: Sendable {
    /// How servers are asked.
    public let settings: RemoteSettings
    private let client: HTTPClient
    private let group: MultiThreadedEventLoopGroup
    private let places: DispatchSemaphore
    private let counted = Mutex(RemoteTraffic())
    /// Raised when all is to end.
    let stopping = StopSignal()

    /// Creates a client; nothing is connected yet.
    ///
    /// - Throws: ``RemoteError/setting(name:found:expected:)``; ``RemoteError/file(path:action:reason:)`` where the
    ///   certificates cannot be read.
    public init(settings: RemoteSettings = RemoteSettings()) throws {
        try settings.check()
        self.settings = settings
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .follow(max: 10, allowCycles: false),
            timeout: .init(
                connect: .nanoseconds(Int64(settings.connectTimeout * 1e9)),
                read: .nanoseconds(Int64(settings.idleTimeout * 1e9))
            ),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        if let path = settings.certificates {
            var trust = TLSConfiguration.makeClientConfiguration()
            trust.additionalTrustRoots = [.certificates(try TrustedCertificates.read(path))]
            configuration.tlsConfiguration = trust
        }
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.connections
        // Retries are ours: counted, reported and bounded.
        configuration.connectionPool.retryConnectionEstablishment = false
        group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        places = DispatchSemaphore(value: settings.connections)
    }

    deinit { shutdown() }

    /// Ends requests and waits in progress, which throw ``RemoteError/stopped``, and closes all connections.
    public func shutdown() {
        guard stopping.raise() else { return }
        try? client.syncShutdown()
        try? group.syncShutdownGracefully()
    }

    /// What was asked of servers so far.
    public var traffic: RemoteTraffic { counted.withLock { $0 } }

    /// Makes a request once and hands its answer to `body`, which may leave before the end.
    ///
    /// - Parameter stop: Ends the call, besides the client's own end.
    func exchange<Value>(
        _ url: URL,
        headers: [(String, String)],
        stop: StopSignal?,
        _ body: (Answer) throws -> Value
    ) throws -> Value {
        let either = StopSignal(following: stopping, stop)
        repeat {
            if either.isStopped { throw RemoteError.stopped }
        } while places.wait(timeout: .now() + 0.1) == .timedOut
        defer { places.signal() }
        let shown = Redaction.url(url.absoluteString)
        let request = try Self.request(url, headers: headers)
        let start = ContinuousClock.now
        let stream = ResponseStream()
        let task = client.execute(request: request, delegate: stream)
        // A request that never came to a connection does not tell its delegate.
        task.futureResult.whenFailure { stream.finish(.failure($0)) }
        var bytes = 0
        var rate = ArrivalRate(settings)
        defer {
            let taken = start.duration(to: .now) / .seconds(1)
            counted.withLock { traffic in
                traffic.change(url.hostAndPort) {
                    $0.requests += 1
                    $0.bytes += bytes
                }
                if taken > traffic.slowestSeconds {
                    (traffic.slowestURL, traffic.slowestSeconds) = (shown, taken)
                }
            }
        }
        do {
            let head = try stream.head(either)
            let answer = Answer(head: head) {
                let asked = ContinuousClock.now
                let piece = try stream.next(either)
                bytes += piece?.readableBytes ?? 0
                if let piece { try rate.add(piece.readableBytes, waited: (.now - asked) / .seconds(1)) }
                return piece
            }
            let value = try body(answer)
            leave(task, stream)
            return value
        } catch {
            leave(task, stream)
            throw TransferFailure.sorting(error, url: shown)
        }
    }

    /// Makes tries until one succeeds, fails for good, or was the last.
    ///
    /// - Parameters:
    ///   - limit: How many tries there are; nil for what the settings say.
    ///   - stop: Ends the wait before the next try.
    ///   - body: One try. What it throws as ``TransferFailure`` leads to the next one; setting its argument says that
    ///     enough was won for the count to start anew.
    func retrying<Value>(
        _ url: URL,
        tries limit: Int? = nil,
        stop: StopSignal?,
        _ body: (inout Bool) throws -> Value
    ) throws -> Value {
        let shown = Redaction.url(url.absoluteString)
        var (attempt, tries, waited) = (1, 1, 0.0)
        while true {
            var hasProgressed = false
            do {
                return try body(&hasProgressed)
            } catch let failure as TransferFailure {
                if hasProgressed { attempt = 1 }
                guard attempt < limit ?? settings.tries else {
                    throw RemoteError.unreachable(
                        url: shown,
                        reason: failure.reason,
                        tries: tries,
                        waited: waited
                    )
                }
                let wait = settings.wait(after: attempt, url: shown, asked: failure.retryAfter)
                settings.onRetry?(
                    RemoteRetry(url: shown, attempt: tries, reason: failure.reason, wait: wait)
                )
                try pause(wait, stop)
                counted.withLock { traffic in
                    traffic.change(url.hostAndPort) {
                        $0.retries += 1
                        $0.secondsWaited += wait
                    }
                }
                waited += wait
                attempt += 1
                tries += 1
            }
        }
    }

    private func pause(_ seconds: Double, _ stop: StopSignal?) throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            if stopping.isStopped || stop?.isStopped == true { throw RemoteError.stopped }
            let rest = ContinuousClock.now.duration(to: end) / .seconds(1)
            guard rest > 0 else { return }
            Thread.sleep(forTimeInterval: min(rest, 0.1))
        }
    }

    private func leave(_ task: HTTPClient.Task<Void>, _ stream: ResponseStream) {
        stream.abandon()
        task.cancel()
    }
}
