import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Hands an answer from the client's thread to the one that reads it, piece by piece, and holds the server back
/// while that is behind.
///
/// @unchecked because `state` is guarded by `condition`, which the compiler cannot see.
final class ResponseStream: HTTPClientResponseDelegate, @unchecked Sendable {
    private struct State {
        var head: HTTPResponseHead?
        var pieces: [ByteBuffer] = []
        var byteCount = 0
        var isWanted = true
        /// Completed when the reader has caught up.
        var held: EventLoopPromise<Void>?
        var outcome: Result<Void, any Error>?
    }

    /// Bytes that wait for the reader before the server is held back.
    private static let limit = 4 << 20
    private let condition = NSCondition()
    private var state = State()

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        change { $0.head = head }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        change { state in
            guard state.isWanted else { return task.eventLoop.makeSucceededVoidFuture() }
            state.pieces.append(buffer)
            state.byteCount += buffer.readableBytes
            guard state.byteCount > Self.limit else { return task.eventLoop.makeSucceededVoidFuture() }
            let promise = task.eventLoop.makePromise(of: Void.self)
            state.held = promise
            return promise.futureResult
        }
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) { finish(.failure(error)) }

    func didFinishRequest(task: HTTPClient.Task<Void>) { finish(.success(())) }

    /// Ends the stream; the first outcome counts.
    func finish(_ outcome: Result<Void, any Error>) {
        let held = change { state in
            state.outcome = state.outcome ?? outcome
            defer { state.held = nil }
            return state.held
        }
        held?.succeed()
    }

    /// Throws away what comes from now on.
    func abandon() {
        let held = change { state in
            state.isWanted = false
            state.pieces = []
            state.byteCount = 0
            defer { state.held = nil }
            return state.held
        }
        held?.succeed()
    }

    /// Waits for the answer's head.
    func head(_ stop: StopSignal) throws -> HTTPResponseHead {
        try wait(stop) { state in
            if let head = state.head { return head }
            if let outcome = state.outcome { try outcome.get() }
            return nil
        }
    }

    /// Waits for the next bytes; nil at the end.
    func next(_ stop: StopSignal) throws -> ByteBuffer? {
        let (piece, held) = try wait(stop) { state -> (ByteBuffer?, EventLoopPromise<Void>?)? in
            if let first = state.pieces.first {
                state.pieces.removeFirst()
                state.byteCount -= first.readableBytes
                guard state.byteCount <= Self.limit / 2 else { return (first, nil) }
                defer { state.held = nil }
                return (first, state.held)
            }
            guard let outcome = state.outcome else { return nil }
            try outcome.get()
            return (nil, nil)
        }
        held?.succeed()
        return piece
    }

    private func wait<Value>(_ stop: StopSignal, _ body: (inout State) throws -> Value?) throws -> Value {
        condition.lock()
        defer { condition.unlock() }
        while true {
            // Before what has come: a fast server would never let a slow reader end otherwise.
            try stop.check()
            if let value = try body(&state) { return value }
            // Whoever stops it does not know of this condition.
            _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1))
        }
    }

    private func change<Value>(_ body: (inout State) -> Value) -> Value {
        condition.lock()
        defer { condition.unlock() }
        defer { condition.broadcast() }
        return body(&state)
    }
}
