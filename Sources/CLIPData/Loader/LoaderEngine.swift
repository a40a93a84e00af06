import Foundation
import Glibc
import RemoteFiles

/// The workers, and the batches between them and the consumer.
///
/// @unchecked because `state` is guarded by `condition`, which the compiler cannot see.
final class LoaderEngine: @unchecked Sendable {
    private struct State {
        var queue: BatchQueue
        var isStopped = false
        /// How many workers there should be, and how many there are.
        var wanted = 0
        var running = 0
        var timing = RowTiming()
        var failure: (any Error)?
    }

    private let maker: RowMaker
    private let condition = NSCondition()
    private var state: State
    private let workers = DispatchGroup()
    private let stopping = StopSignal()
    /// Ends the wait for a batch; nil where nobody ends it but the loader.
    private let interrupt: StopSignal?

    /// - Throws: `LoaderError.threads` where not one worker can be started.
    init(maker: RowMaker, allocator: any HostAllocator, position: Int, stop: StopSignal?) throws {
        interrupt = stop
        var maker = maker
        maker.source = maker.source.stoppable(by: stopping)
        self.maker = maker
        state = State(queue: BatchQueue(maker: maker, allocator: allocator, position: position))
        state.wanted = maker.settings.threads
        try hire()
    }

    /// Changes the number of workers; what is in a batch does not depend on it.
    ///
    /// - Throws: `LoaderError.threads` where not one worker is left.
    func setThreads(_ count: Int) throws {
        condition.lock()
        state.wanted = max(1, count)
        condition.broadcast()
        condition.unlock()
        try hire()
    }

    /// Starts workers until there are as many as wanted.
    private func hire() throws {
        while true {
            condition.lock()
            let isShort = state.running < state.wanted && !state.isStopped && state.failure == nil
            if isShort {
                state.running += 1
                workers.enter()
            }
            condition.unlock()
            guard isShort else { return }
            let status = WorkerThread.start { [self] in
                work()
                workers.leave()
            }
            guard status == 0 else {
                condition.lock()
                state.running -= 1
                let isAlone = state.running == 0
                state.wanted = max(1, state.running)
                condition.unlock()
                workers.leave()
                if isAlone { throw LoaderError.threads(reason: String(cString: strerror(status))) }
                return
            }
        }
    }

    /// Where the workers' time went so far.
    var timing: RowTiming {
        condition.lock()
        defer { condition.unlock() }
        return state.timing
    }

    /// The next batch in order, or nil at the end of the data.
    func next() throws -> Batch? {
        // Put together outside the lock, so that workers go on meanwhile; nobody else has the assembly any more.
        try takeComplete()?.batch(
            height: maker.images.height,
            width: maker.images.width,
            captionsPerImage: maker.settings.textsPerRow,
            embeddingWidth: maker.texts.embeddingWidth
        )
    }

    private func takeComplete() throws -> BatchAssembly? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if state.isStopped || interrupt?.isStopped == true { throw LoaderError.stopped }
            if let first = state.queue.batches.first {
                if let failure = first.settledFailure {
                    // What others still wait for is of no use.
                    stopping.stop()
                    throw failure
                }
                if first.isComplete {
                    state.queue.batches.removeFirst()
                    condition.broadcast()
                    return first
                }
            } else if let failure = state.failure {
                throw failure
            } else if state.queue.isAtEnd {
                return nil
            }
            if interrupt == nil {
                condition.wait()
            } else {
                // Whoever stops it does not know of this condition.
                _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1))
            }
        }
    }

    /// Lets the workers finish their rows, ends what they wait for elsewhere, and joins them.
    func stop() {
        // First of all, so that nobody takes what a stopped worker says for a failure of the data.
        condition.lock()
        state.isStopped = true
        condition.broadcast()
        condition.unlock()
        stopping.stop()
        workers.wait()
    }

    private func work() {
        let workspace = ImageWorkspace()
        while let (assembly, row) = claim() {
            var faults: [SampleFault] = []
            var timing = RowTiming()
            let result: Result<BatchRow?, any Error>
            do {
                let pixels = assembly.pixels(of: row)
                let position = assembly.rows.lowerBound + row
                result = .success(
                    try maker.row(
                        at: position,
                        pixels: pixels,
                        workspace: workspace,
                        timing: &timing,
                        faults: &faults
                    )
                )
            } catch {
                result = .failure(error)
            }
            condition.lock()
            assembly.finish(row, result, faults: faults)
            state.timing += timing
            if assembly.isComplete || assembly.failure != nil {
                state.queue.announce()
                condition.broadcast()
            }
            condition.unlock()
        }
    }

    /// The next row to work on; waits while the queue is full. A worker that is given none ends.
    private func claim() -> (BatchAssembly, Int)? {
        condition.lock()
        defer { condition.unlock() }
        guard let claimed = claimLocked() else {
            state.running -= 1
            return nil
        }
        return claimed
    }

    private func claimLocked() -> (BatchAssembly, Int)? {
        while !state.isStopped, state.running <= state.wanted {
            if let claimed = state.queue.claim() { return claimed }
            // Batches that were begun before a failure are still finished and handed out.
            if state.failure != nil { return nil }
            if state.queue.hasRoom {
                do {
                    try state.queue.open()
                } catch {
                    state.failure = error
                }
                // Others may take rows of it, and the consumer may have an empty or failed batch to see.
                condition.broadcast()
            } else {
                condition.wait()
            }
        }
        return nil
    }
}
