import Foundation

/// Waiting for room in the cache.
extension SpoolEngine {
    /// What others are making takes room in the cache that may be free again when they are done.
    func open(_ location: Location, stop: StopSignal) throws -> SpooledFile {
        let stop = either(stop)
        var releases = releasesSoFar
        do {
            return try openOnce(location, stop, &releases)
        } catch RemoteError.cacheFull {}
        // One at a time, or those that fail would keep each other trying.
        try takeTurn(stop)
        defer { giveTurn() }
        for _ in 0..<64 {
            do {
                return try openOnce(location, stop, &releases)
            } catch RemoteError.cacheFull(let directory, let needed, let limit) {
                guard try waitForRelease(since: &releases, stop) else {
                    throw RemoteError.cacheFull(directory: directory, needed: needed, limit: limit)
                }
            }
        }
        return try openOnce(location, stop, &releases)
    }

    private func takeTurn(_ stop: StopSignal) throws {
        condition.lock()
        defer { condition.unlock() }
        while state.hasWaiterForRoom { try wait(stop) }
        state.hasWaiterForRoom = true
    }

    private func giveTurn() {
        condition.lock()
        state.hasWaiterForRoom = false
        condition.broadcast()
        condition.unlock()
    }

    private var releasesSoFar: Int {
        condition.lock()
        defer { condition.unlock() }
        return state.releases
    }

    /// Waits until there are more releases than those that were counted; false where none can come.
    private func waitForRelease(since releases: inout Int, _ stop: StopSignal) throws -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while state.releases == releases {
            guard !state.running.isEmpty || state.busy > 0 else { return false }
            try wait(stop)
        }
        releases = state.releases
        return true
    }
}
