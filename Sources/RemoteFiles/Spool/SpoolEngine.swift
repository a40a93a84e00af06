import Foundation

/// The work of a spool, which its threads may hold.
///
/// @unchecked because `state` is guarded by `condition`, which the compiler cannot see.
final class SpoolEngine: @unchecked Sendable {
    /// A file that is being made.
    final class Job {
        var result: Result<SpooledFile, any Error>?
    }

    /// A file to fetch ahead.
    struct Request {
        let location: Location
        /// Ends the work for it, and tells by being the same object who asked: each owner has a list of its own.
        let owner: StopSignal
    }

    struct State {
        var running: [Location: Job] = [:]
        var queue: [Request] = []
        var threads = 0
        var idle = 0
        /// How often room in the cache may have come free: when a job ended, and when one of the spool's threads then let
        /// go of its file.
        var releases = 0
        /// The threads that have a job or still hold its file, which cannot be removed until then.
        var busy = 0
        var hasWaiterForRoom = false
    }

    /// Raised when all is to end.
    let stopping = StopSignal()
    let client: RemoteClient
    let cache: RemoteCache
    let condition = NSCondition()
    var state = State()
    let workers = DispatchGroup()

    init(client: RemoteClient, cache: RemoteCache) {
        self.client = client
        self.cache = cache
    }

    /// Ends all work and waits for the threads.
    func stop() {
        stopping.stop()
        condition.lock()
        condition.broadcast()
        condition.unlock()
        workers.wait()
    }

    /// What the cache has of a command's output.
    func present(_ location: Location) -> SpooledFile? {
        SpoolMaking(client: client, cache: cache, stop: stopping).present(location)
    }

    /// Raised with the owner's signal, and when the spool or the client ends.
    func either(_ owner: StopSignal) -> StopSignal {
        StopSignal(following: owner, stopping, client.stopping)
    }

    /// Makes the file in this thread, or waits for the one that does.
    ///
    /// - Parameters:
    ///   - stop: Made by ``either(_:)``.
    ///   - releases: How many there had been before; that of our own job is added.
    func openOnce(_ location: Location, _ stop: StopSignal, _ releases: inout Int) throws -> SpooledFile {
        let job = Job()
        condition.lock()
        do {
            while let other = state.running[location] {
                while other.result == nil { try wait(stop) }
                // That another one's work was ended is no reason to end ours.
                if case .failure(RemoteError.stopped)? = other.result {
                    if stop.isStopped { throw RemoteError.stopped }
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
        releases += 1
        return try run(location, job, stop).get()
    }

    func run(_ location: Location, _ job: Job, _ stop: StopSignal) -> Result<SpooledFile, any Error> {
        let result = Result {
            if stop.isStopped { throw RemoteError.stopped }
            return try SpoolMaking(client: client, cache: cache, stop: stop).open(location)
        }
        condition.lock()
        job.result = result
        state.running[location] = nil
        state.releases += 1
        condition.broadcast()
        condition.unlock()
        return result
    }

    /// Waits for a change of the state, under the lock.
    func wait(_ stop: StopSignal) throws {
        if stop.isStopped { throw RemoteError.stopped }
        // Whoever stops it does not know of this condition.
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1))
    }
}
