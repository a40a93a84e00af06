import Foundation

extension StoredSampleStates {
    /// Keeps the state as it is now for a resume at `step`. Call it before the checkpoint of that step is written.
    ///
    /// What was written is on the disk when it returns, and a new journal runs. Where nothing changed since the last
    /// call for the same step, nothing happens.
    ///
    /// - Parameter isTakenBack: Whether all that changed since the last call for this step has its old record again, as
    ///   after a step that was given up.
    ///
    /// Throws `SampleStateError`; after a failure half way, the state refuses further use, and the run can be resumed.
    public func checkpoint(step: Int, isTakenBack: Bool = false) throws {
        guard isUsable else { throw SampleStateError.closed(path: live.url.path) }
        if step == journal.header.start, journal.isEmpty { return }
        // The running journal leads back to the same records.
        if step == journal.header.start, isTakenBack { return try synchronize() }
        guard step > journal.header.start else {
            throw SampleStateError.order(step: step, interval: journal.header.start)
        }
        try synchronize()
        let digest = try self.digest ?? live.digest()
        try directory.onStage(.synchronized)
        // From here on, a change that went into the old journal would be lost to a resume at this step.
        isUsable = false
        var header = journal.header
        header.previous = header.start
        header.start = step
        header.digest = digest
        let next = try JournalWriter(creating: directory.journal(step), header: header)
        try directory.onStage(.journalStarted)
        try live.update { $0.interval = step }
        try directory.onStage(.intervalRecorded)
        journalled = try OrdinalBitmap(creating: directory.bitmap, count: count)
        journal = next
        self.digest = digest
        isUsable = true
        try directory.onStage(.unmarked)
    }

    /// Removes the journals that only checkpoints need which are gone.
    ///
    /// Throws `SampleStateError`.
    ///
    /// - Parameter steps: The steps of all checkpoints that are left.
    public func prune(keeping steps: [Int]) throws {
        guard let oldest = steps.min() else { return }
        // The oldest goes first, so that what is left is a chain at any time.
        for step in try directory.journalSteps() where step < min(oldest, journal.header.start) {
            let url = directory.journal(step)
            try SampleStateError.attempt("remove", url) { try FileManager.default.removeItem(at: url) }
            try directory.onStage(.journalPruned)
        }
    }

    /// Brings everything to the disk and ends the use, so that not even a power failure can do harm afterwards.
    ///
    /// It happens by itself with the last reference, where errors go unnoticed.
    ///
    /// Throws `SampleStateError`.
    public func close() throws {
        guard isUsable else { return }
        isUsable = false
        defer { live.unlock() }
        try synchronize()
        try live.update { $0.isOpen = false }
        try? FileManager.default.removeItem(at: directory.bitmap)
    }

    private func synchronize() throws {
        // The journal first: a record on the disk without its change is harmless.
        try journal.synchronize()
        try live.synchronize()
    }
}
