public import CLIPData
import Foundation

extension SampleStateDirectory {
    /// Opens the state of a run and rolls it back to a checkpoint.
    ///
    /// The data may have grown at its end since; the new samples have zeros. Everything is checked before anything is
    /// changed.
    ///
    /// - Parameters:
    ///   - width: Numbers for each sample.
    ///   - numbering: The data's ordinals.
    ///   - step: The checkpoint's step.
    ///   - fresh: Whether to throw away what lies there and start with zeros, for a run whose state is lost or is to
    ///     be forgotten. Older checkpoints can be resumed with fresh state only, too.
    /// - Throws: `SampleStateError`.
    public func resume(
        width: Int,
        numbering: some SampleNumbering,
        step: Int,
        fresh: Bool = false
    ) throws -> StoredSampleStates {
        if fresh {
            try removeAll()
            return try create(width: width, numbering: numbering, step: step)
        }
        let found = try find(width: width, numbering: numbering, step: step)
        let (live, count) = (found.live, numbering.ordinalCount)
        let running = try rollBack(live, found.journals, found.digest)
        try live.grow(toHold: count)
        try live.update {
            $0.count = count
            $0.fingerprint = DataFingerprint(numbering, count: count)
            $0.session += 1
            $0.isOpen = true
            $0.boot = boot
        }
        try onStage(.opened)
        return try StoredSampleStates(
            self,
            live: live,
            journal: running,
            digest: found.digest,
            warnings: found.warnings
        )
    }

    /// Checks all that ``resume(width:numbering:step:fresh:)`` would, and changes nothing.
    ///
    /// - Returns: The warnings with which the state would be resumed.
    /// - Throws: What a resume would throw before it changes anything.
    public func check(
        width: Int,
        numbering: some SampleNumbering,
        step: Int,
        fresh: Bool = false
    ) throws -> [SampleStateWarning] {
        guard fresh else { return try find(width: width, numbering: numbering, step: step).warnings }
        try checkIsUnused()
        guard SampleStateHeader.fileBytes(width: width, count: numbering.ordinalCount) != nil else {
            throw SampleStateError.size(count: numbering.ordinalCount, width: width)
        }
        _ = DataFingerprint(numbering, count: numbering.ordinalCount)
        if let damage = numbering.damage { throw damage }
        return []
    }

    /// The state of a run, open and as it lies there, with what leads it back to a checkpoint.
    private struct Found {
        let live: LiveRecords
        let journals: [JournalReader]
        /// Of the records once the journals are undone.
        let digest: RecordDigest
        let warnings: [SampleStateWarning]
    }

    private func find(width: Int, numbering: some SampleNumbering, step: Int) throws -> Found {
        guard FileManager.default.fileExists(atPath: liveFile.path) else {
            throw SampleStateError.missing(path: liveFile.path, step: step)
        }
        let live = try LiveRecords(opening: liveFile)
        let header = live.header
        let count = numbering.ordinalCount
        try check(live, width: width, numbering: numbering)
        guard step <= header.interval else {
            throw SampleStateError.rolledBack(path: liveFile.path, to: header.interval, wanted: step)
        }
        let isMixed = header.isOpen && (header.boot != boot || boot == .unknown)
        let journals = try chain(from: step, of: header)
        let digest = try digest(of: live, undoing: journals, isMixed: isMixed)
        let isAltered = journals[0].header.digest.map { $0 != digest }
        if !isMixed, isAltered == true { throw SampleStateError.altered(path: liveFile.path, step: step) }
        var warnings: [SampleStateWarning] = []
        if isMixed, isAltered != false {
            warnings.append(.mayBeMixed(path: liveFile.path, session: header.session))
        }
        if count > header.count { warnings.append(.extended(from: header.count, to: count)) }
        return Found(live: live, journals: journals, digest: digest, warnings: warnings)
    }

    private func check(_ live: LiveRecords, width: Int, numbering: some SampleNumbering) throws {
        let header = live.header
        guard header.width == width else {
            throw SampleStateError.otherWidth(path: liveFile.path, found: header.width, expected: width)
        }
        let count = numbering.ordinalCount
        _ = DataFingerprint(numbering, count: count)
        if let damage = numbering.damage { throw damage }
        guard count >= header.count,
            DataFingerprint(numbering, count: header.count) == header.fingerprint
        else {
            throw SampleStateError.otherData(path: liveFile.path, records: header.count, samples: count)
        }
        guard SampleStateHeader.fileBytes(width: width, count: count) != nil else {
            throw SampleStateError.size(count: count, width: width)
        }
    }

    /// Undoes journals, of which the first becomes the running one, and is empty.
    private func rollBack(_ live: LiveRecords, _ journals: [JournalReader], _ digest: RecordDigest) throws
        -> JournalWriter
    {
        let first = journals[0]
        try live.update { $0.interval = first.header.start }
        try onStage(.rollbackStarted)
        for journal in journals.reversed() {
            try journal.undo { try live.write($0, from: $1) }
            try onStage(.journalUndone)
        }
        try live.synchronize()
        try onStage(.rolledBack)
        for journal in journals.dropFirst().reversed() {
            try SampleStateError.attempt("remove", journal.url) {
                try FileManager.default.removeItem(at: journal.url)
            }
            try onStage(.journalRemoved)
        }
        // One of an older format gains its digest here.
        var header = first.header
        header.digest = digest
        let running = try JournalWriter(creating: first.url, header: header)
        try onStage(.journalReset)
        return running
    }

    /// Removes the state, and refuses to where another process has it open.
    func removeAll() throws {
        try checkIsUnused()
        let manager = FileManager.default
        // The live file goes first: journals without it are none.
        for url in try [liveFile] + journalSteps().map(journal) where manager.fileExists(atPath: url.path) {
            try SampleStateError.attempt("remove", url) { try manager.removeItem(at: url) }
        }
    }

    /// Refuses state that another process has open.
    private func checkIsUnused() throws {
        guard FileManager.default.fileExists(atPath: liveFile.path) else { return }
        do {
            _ = try LiveRecords(opening: liveFile)
        } catch let error as SampleStateError {
            if case .inUse = error { throw error }
        }
    }
}
