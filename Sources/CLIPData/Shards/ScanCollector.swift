import Synchronization

/// Puts the scans of several threads into an index, in the order of the list, whichever comes first.
final class ScanCollector: Sendable {
    private struct State {
        var contents: IndexContents
        /// Scans that wait for an earlier one.
        var waiting: [Int: ContainerScan?] = [:]
        var next = 0
        var appended = 0
        var progress: IndexProgress
    }

    private let names: [String]
    private let state: Mutex<State>
    private let started = ContinuousClock.now

    /// - Parameters:
    ///   - contents: What is known already.
    ///   - names: How the index calls the containers.
    ///   - total: How many are to be scanned.
    init(_ contents: IndexContents, names: [String], total: Int) {
        self.names = names
        let progress = IndexProgress(shards: 0, totalShards: total, samples: 0, bytes: 0, seconds: 0)
        state = Mutex(State(contents: contents, progress: progress))
    }

    /// Takes the scan of one container, nil where nothing is new.
    ///
    /// - Throws: `ShardError.tooManySuffixes`.
    func store(_ scan: ContainerScan?, at number: Int) throws -> IndexProgress? {
        try state.withLock { state in
            if let scan {
                state.progress.shards += 1
                // One that grew was not counted before.
                state.progress.totalShards = max(state.progress.totalShards, state.progress.shards)
                state.progress.samples += scan.samples.count
                state.progress.bytes += scan.kind == .folder ? 0 : scan.version.size
                state.progress.seconds = (ContinuousClock.now - started) / .seconds(1)
            }
            state.waiting[number] = .some(scan)
            while let scan = state.waiting.removeValue(forKey: state.next) {
                if let scan {
                    try state.contents.append(scan, path: names[state.next])
                    state.appended += 1
                }
                state.next += 1
            }
            return scan == nil ? nil : state.progress
        }
    }

    /// The index, or nil where nothing was new.
    var contents: IndexContents? { state.withLock { $0.appended > 0 ? $0.contents : nil } }
}
