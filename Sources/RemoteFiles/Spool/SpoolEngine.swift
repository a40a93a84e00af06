import Foundation

/// The work of a spool, which its threads may hold.
///
/// @unchecked because `state` is guarded by `condition`, which the compiler cannot see.
final class SpoolEngine: @unchecked Sendable {
    private final class Job {
        var result: Result<SpooledFile, any Error>?
    }

    private struct Wish {
        let location: Location
        let reader: StopSignal
    }

    private struct State {
        var running: [Location: Job] = [:]
        var queue: [Wish] = []
        var threads = 0
        var idle = 0
        /// How many jobs ended, and how many of the spool's threads then let go of a file.
        var ended = 0
        /// The threads that have a job or still hold its file, which cannot be removed until then.
        var busy = 0
        /// Whether somebody waits for room.
        var isTaken = false
    }

    /// Given when all is to end.
    let stopping = StopSignal()
    private let client: RemoteClient
    private let cache: RemoteCache
    private let condition = NSCondition()
    private var state = State()
    private let workers = DispatchGroup()

    init(client: RemoteClient, cache: RemoteCache) {
        self.client = client
        self.cache = cache
    }

    private func isStopped(_ reader: StopSignal) -> Bool {
        reader.isStopped || stopping.isStopped || client.isStopped
    }

    /// What others are making takes room in the cache that may be free again when they are done.
    func open(_ location: Location, stop: StopSignal) throws -> SpooledFile {
        var ended = endedJobs
        do {
            return try openOnce(location, stop, &ended)
        } catch RemoteError.cacheFull {}
        // One at a time, or those that fail would keep each other trying.
        try takeTurn(stop)
        defer { giveTurn() }
        for _ in 0..<64 {
            do {
                return try openOnce(location, stop, &ended)
            } catch RemoteError.cacheFull(let directory, let needed, let limit) {
                guard try waitForAnother(since: &ended, stop) else {
                    throw RemoteError.cacheFull(directory: directory, needed: needed, limit: limit)
                }
            }
        }
        return try openOnce(location, stop, &ended)
    }

    private func takeTurn(_ stop: StopSignal) throws {
        condition.lock()
        defer { condition.unlock() }
        while state.isTaken { try wait(stop) }
        state.isTaken = true
    }

    private func giveTurn() {
        condition.lock()
        state.isTaken = false
        condition.broadcast()
        condition.unlock()
    }

    private var endedJobs: Int {
        condition.lock()
        defer { condition.unlock() }
        return state.ended
    }

    /// Waits until more jobs have ended than those that were counted; false where there is none that could.
    private func waitForAnother(since ended: inout Int, _ stop: StopSignal) throws -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while state.ended == ended {
            guard !state.running.isEmpty || state.busy > 0 else { return false }
            try wait(stop)
        }
        ended = state.ended
        return true
    }

    /// Waits for a change of the state, under the lock.
    private func wait(_ stop: StopSignal) throws {
        if isStopped(stop) { throw RemoteError.stopped }
        // Whoever stops it does not know of this condition.
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1))
    }

    /// - Parameter ended: How many jobs had ended before; our own is added.
    private func openOnce(_ location: Location, _ stop: StopSignal, _ ended: inout Int) throws -> SpooledFile
    {
        let job = Job()
        condition.lock()
        do {
            while let other = state.running[location] {
                while other.result == nil { try wait(stop) }
                // That another one's work was ended is no reason to end ours.
                if case .failure(RemoteError.stopped)? = other.result {
                    if isStopped(stop) { throw RemoteError.stopped }
                    continue
                }
                if let file = try other.result?.get() {
                    condition.unlock()
                    return file
                }
            }
        } catch {
            condition.unlock()
            throw error
        }
        state.running[location] = job
        state.queue.removeAll { $0.location == location }
        condition.unlock()
        ended += 1
        return try run(location, job, stop).get()
    }

    func prefetch(_ locations: [Location], for reader: StopSignal) {
        condition.lock()
        defer { condition.unlock() }
        state.queue.removeAll { $0.reader === reader || isStopped($0.reader) }
        guard !isStopped(reader) else { return }
        for location in locations
        where state.running[location] == nil {
            state.queue.removeAll { $0.location == location && $0.reader === reader }
            state.queue.append(Wish(location: location, reader: reader))
            if state.queue.count > state.idle, state.threads < cache.settings.prefetchThreads { start() }
        }
        condition.broadcast()
    }

    private func start() {
        state.threads += 1
        workers.enter()
        let thread = Thread { [self] in
            while makeNext() {}
            workers.leave()
        }
        thread.name = "spool"
        thread.start()
    }

    func stop() {
        stopping.stop()
        condition.lock()
        condition.broadcast()
        condition.unlock()
        workers.wait()
    }

    private func run(_ location: Location, _ job: Job, _ stop: StopSignal) -> Result<SpooledFile, any Error> {
        let result = Result {
            if isStopped(stop) { throw RemoteError.stopped }
            return try SpoolMaking(client: client, cache: cache) { [self] in isStopped(stop) }.open(location)
        }
        condition.lock()
        job.result = result
        state.running[location] = nil
        state.ended += 1
        condition.broadcast()
        condition.unlock()
        return result
    }

    /// Makes the file of the next wish; false at the end.
    private func makeNext() -> Bool {
        guard makeClaimed() else { return false }
        condition.lock()
        state.busy -= 1
        state.ended += 1
        condition.broadcast()
        condition.unlock()
        return true
    }

    /// Holds nothing any more when it returns.
    private func makeClaimed() -> Bool {
        guard let (wish, job) = claim() else { return false }
        _ = run(wish.location, job, wish.reader)
        return true
    }

    private func claim() -> (Wish, Job)? {
        condition.lock()
        defer { condition.unlock() }
        state.idle += 1
        defer { state.idle -= 1 }
        while !stopping.isStopped, !client.isStopped {
            if let wish = state.queue.first {
                state.queue.removeFirst()
                guard state.running[wish.location] == nil, !isStopped(wish.reader) else { continue }
                let job = Job()
                state.running[wish.location] = job
                state.busy += 1
                return (wish, job)
            }
            condition.wait()
        }
        return nil
    }
}
