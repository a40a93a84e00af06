import Foundation
import RemoteFiles
import Synchronization

/// Runs independent pieces of work on threads of its own, never on the cooperative pool, which blocking reads starve.
enum ParallelLoop {
    private struct State {
        var next = 0
        var failure: (index: Int, error: any Error)?
    }

    /// Calls `body` once for each index below `count` and returns when all are done.
    ///
    /// - Parameter stop: Ends the loop before the next index.
    /// - Throws: The error of the lowest index that failed, so that the message does not depend on timing;
    ///   `RemoteError.stopped`, where some were left out.
    static func run(
        count: Int,
        threads: Int,
        stop: StopSignal? = nil,
        _ body: @escaping @Sendable (Int) throws -> Void
    ) throws {
        let shared = SharedState()
        let running = DispatchGroup()
        for number in 0..<min(max(1, threads), count) {
            running.enter()
            let status = WorkerThread.start {
                work(shared, count, stop, body)
                running.leave()
            }
            guard status == 0 else {
                running.leave()
                // Without another thread, this one does it.
                if number == 0 { work(shared, count, stop, body) }
                break
            }
        }
        running.wait()
        if let failure = shared.failure { throw failure }
        // Left over by a stop only.
        if shared.claim(below: count) != nil { throw RemoteError.stopped }
    }

    private static func work(
        _ shared: SharedState,
        _ count: Int,
        _ stop: StopSignal?,
        _ body: (Int) throws -> Void
    ) {
        while stop?.isStopped != true, let index = shared.claim(below: count) {
            do { try body(index) } catch { shared.fail(index, error) }
        }
    }

    private final class SharedState: Sendable {
        private let state = Mutex(State())

        func claim(below count: Int) -> Int? {
            state.withLock { state in
                // Lower indices were claimed before a failure, so they still finish and may replace it.
                guard state.next < count, state.failure == nil else { return nil }
                defer { state.next += 1 }
                return state.next
            }
        }

        func fail(_ index: Int, _ error: any Error) {
            state.withLock { state in
                if state.failure.map({ index < $0.index }) ?? true { state.failure = (index, error) }
            }
        }

        var failure: (any Error)? { state.withLock { $0.failure?.error } }
    }
}
