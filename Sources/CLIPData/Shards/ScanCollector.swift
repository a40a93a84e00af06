import Synchronization

/// Puts the findings of several threads into an index, in the order of the list, whichever comes first.
final class ScanCollector: Sendable {
    private struct State {
        /// What is known already, with what was appended; read when the first finding changes it.
        var contents: IndexContents?
        var updates: [ContainerUpdate] = []
        var touched: [String: ContainerVersion] = [:]
        var changes = IndexChanges()
        /// Findings that wait for an earlier one.
        var waiting: [Int: ContainerFinding] = [:]
        var next = 0
        var progress: IndexProgress
    }

    private let names: [String]
    private let known: KnownData?
    private let state: Mutex<State>
    private let started = ContinuousClock.now

    /// - Parameters:
    ///   - known: What is known already.
    ///   - names: How the index calls the containers.
    init(_ known: KnownData?, names: [String]) {
        self.names = names
        self.known = known
        let total = known == nil ? names.count : names.count { known?.container($0) == nil }
        let progress = IndexProgress(shards: 0, totalShards: total, samples: 0, bytes: 0, seconds: 0)
        state = Mutex(State(progress: progress))
    }

    /// Takes what was found of one container.
    ///
    /// - Returns: How far the scan is, where something was read.
    /// - Throws: `ShardError`.
    func store(_ finding: ContainerFinding, at number: Int) throws -> IndexProgress? {
        try state.withLock { state in
            let scan: ContainerScan?
            switch finding {
            case .new(let found), .edited(let found, _): scan = found
            case .unchanged, .touched: scan = nil
            }
            if let scan {
                state.progress.shards += 1
                // One that grew was not counted before.
                state.progress.totalShards = max(state.progress.totalShards, state.progress.shards)
                state.progress.samples += scan.samples.count
                state.progress.bytes += scan.kind == .folder ? 0 : scan.version.size
                state.progress.seconds = (ContinuousClock.now - started) / .seconds(1)
            }
            state.waiting[number] = finding
            while let finding = state.waiting.removeValue(forKey: state.next) {
                try add(finding, names[state.next], to: &state)
                state.next += 1
            }
            return scan == nil ? nil : state.progress
        }
    }

    private func add(_ finding: ContainerFinding, _ path: String, to state: inout State) throws {
        switch finding {
        case .unchanged: break
        case .touched(let version):
            state.touched[path] = version
            state.changes.touchedShards += 1
        case .new(let scan):
            if known?.container(path) == nil {
                state.changes.newShards += 1
            } else {
                state.changes.grownShards += 1
            }
            state.changes.newSamples += scan.samples.count
            if state.contents == nil { state.contents = try known?.contents() ?? IndexContents() }
            try state.contents?.append(scan, path: path)
        case .edited(let scan, let match):
            state.changes.editedShards += 1
            state.changes.newSamples += match.added.count
            state.changes.returnedSamples += match.returned
            state.changes.editedSamples += match.edited
            state.changes.goneSamples += match.gone
            state.updates.append(ContainerUpdate(path: path, scan: scan, match: match))
        }
    }

    /// What changed.
    var changes: IndexChanges { state.withLock { $0.changes } }

    /// The index as it is now, or nil where it is as it was.
    ///
    /// - Throws: `ShardError`.
    func contents() throws -> IndexContents? {
        try state.withLock { state in
            guard state.contents != nil || !state.updates.isEmpty || !state.touched.isEmpty else {
                return nil
            }
            var contents = try state.contents ?? known?.contents() ?? IndexContents()
            if !state.updates.isEmpty { contents = try contents.updated(state.updates) }
            for number in contents.metadata.shards.indices {
                guard let version = state.touched[contents.metadata.shards[number].path] else { continue }
                contents.metadata.shards[number].version = version
            }
            return contents
        }
    }
}
