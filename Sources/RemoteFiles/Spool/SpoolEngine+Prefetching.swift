import Foundation

/// The threads that fetch ahead.
extension SpoolEngine {
    func prefetch(_ locations: [Location], for owner: StopSignal) {
        condition.lock()
        defer { condition.unlock() }
        state.queue.removeAll { $0.owner === owner || either($0.owner).isStopped }
        guard !either(owner).isStopped else { return }
        for location in locations where state.running[location] == nil {
            state.queue.removeAll { $0.location == location && $0.owner === owner }
            state.queue.append(Request(location: location, owner: owner))
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

    /// Makes the file of the next request; false at the end.
    private func makeNext() -> Bool {
        guard makeClaimed() else { return false }
        condition.lock()
        state.busy -= 1
        state.releases += 1
        condition.broadcast()
        condition.unlock()
        return true
    }

    /// Holds nothing any more when it returns.
    private func makeClaimed() -> Bool {
        guard let (request, job) = claim() else { return false }
        _ = run(request.location, job, either(request.owner))
        return true
    }

    private func claim() -> (Request, Job)? {
        condition.lock()
        defer { condition.unlock() }
        state.idle += 1
        defer { state.idle -= 1 }
        while !stopping.isStopped, !client.stopping.isStopped {
            if let request = state.queue.first {
                state.queue.removeFirst()
                guard state.running[request.location] == nil, !either(request.owner).isStopped else {
                    continue
                }
                let job = Job()
                state.running[request.location] = job
                state.busy += 1
                return (request, job)
            }
            condition.wait()
        }
        return nil
    }
}
