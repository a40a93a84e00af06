import Foundation
import LocalFiles
import Synchronization

/// Makes plain local files of what cannot be read anywhere: web servers without ranges, commands' output, gzip.
///
/// Calls block and may come from any number of threads and processes; who asks for a file that is being made waits for it.
/// A file from a web server is taken again where the server has another version; what a command printed is kept by the
/// command's text.
public final class Spool: Sendable {
    private let engine: SpoolEngine

    /// Creates a spool on a cache's folder.
    public init(client: RemoteClient, cache: RemoteCache) {
        engine = SpoolEngine(client: client, cache: cache)
    }

    deinit { engine.stop() }

    /// A local file with the location's content, unpacked if that is gzip.
    ///
    /// A local file that is not packed is used where it lies.
    ///
    /// - Throws: ``RemoteError``.
    public func open(_ location: Location) throws -> SpooledFile { try engine.open(location) }

    /// Lets a thread of the spool make the file, so that `open` finds it. What fails here is reported by `open`, which
    /// tries again.
    public func prefetch(_ location: Location) { engine.prefetch(location) }

    /// Ends what is in progress, whose callers get ``RemoteError/stopped``, and the threads.
    public func shutdown() { engine.stop() }
}

/// The work of a spool, which its threads may hold.
///
/// @unchecked because `state` is guarded by `condition`, which the compiler cannot see.
private final class SpoolEngine: @unchecked Sendable {
    private final class Job {
        var result: Result<SpooledFile, any Error>?
    }

    private struct State {
        var running: [Location: Job] = [:]
        var queue: [Location] = []
        var threads = 0
        var idle = 0
        /// How many jobs ended.
        var ended = 0
    }

    private let making: SpoolMaking
    private let limit: Int
    private let condition = NSCondition()
    private var state = State()
    private let workers = DispatchGroup()
    private let stopping: Stopping

    private final class Stopping: Sendable {
        let flag = Atomic(false)
    }

    init(client: RemoteClient, cache: RemoteCache) {
        let stopping = Stopping()
        self.stopping = stopping
        limit = cache.settings.prefetchThreads
        making = SpoolMaking(client: client, cache: cache) {
            stopping.flag.load(ordering: .sequentiallyConsistent) || client.isStopped
        }
    }

    /// What others are making takes room in the cache that may be free again when they are done.
    func open(_ location: Location) throws -> SpooledFile {
        for _ in 0..<16 {
            do {
                return try openOnce(location)
            } catch RemoteError.cacheFull(let directory, let needed, let limit) {
                guard waitForAnother() else {
                    throw RemoteError.cacheFull(directory: directory, needed: needed, limit: limit)
                }
            }
        }
        return try openOnce(location)
    }

    /// Waits until a file that is being made is done; false where there is none.
    private func waitForAnother() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard !state.running.isEmpty else { return false }
        let before = state.ended
        while state.ended == before { condition.wait() }
        return true
    }

    private func openOnce(_ location: Location) throws -> SpooledFile {
        condition.lock()
        if let job = state.running[location] {
            while job.result == nil { condition.wait() }
            defer { condition.unlock() }
            // A job without result never leaves the loop.
            return try job.result.map { try $0.get() } ?? { throw RemoteError.stopped }()
        }
        let job = Job()
        state.running[location] = job
        state.queue.removeAll { $0 == location }
        condition.unlock()
        return try run(location, job).get()
    }

    func prefetch(_ location: Location) {
        condition.lock()
        defer { condition.unlock() }
        guard !making.isStopped(), state.running[location] == nil, !state.queue.contains(location) else {
            return
        }
        state.queue.append(location)
        if state.queue.count > state.idle, state.threads < limit {
            state.threads += 1
            workers.enter()
            let thread = Thread { [self] in
                work()
                workers.leave()
            }
            thread.name = "spool"
            thread.start()
        }
        condition.broadcast()
    }

    func stop() {
        stopping.flag.store(true, ordering: .sequentiallyConsistent)
        condition.lock()
        condition.broadcast()
        condition.unlock()
        workers.wait()
    }

    private func run(_ location: Location, _ job: Job) -> Result<SpooledFile, any Error> {
        let result = Result {
            if making.isStopped() { throw RemoteError.stopped }
            return try making.open(location)
        }
        condition.lock()
        job.result = result
        state.running[location] = nil
        state.ended += 1
        condition.broadcast()
        condition.unlock()
        return result
    }

    private func work() {
        while let (location, job) = claim() { _ = run(location, job) }
    }

    private func claim() -> (Location, Job)? {
        condition.lock()
        defer { condition.unlock() }
        state.idle += 1
        defer { state.idle -= 1 }
        while !making.isStopped() {
            if let location = state.queue.first {
                state.queue.removeFirst()
                guard state.running[location] == nil else { continue }
                let job = Job()
                state.running[location] = job
                return (location, job)
            }
            condition.wait()
        }
        return nil
    }
}
