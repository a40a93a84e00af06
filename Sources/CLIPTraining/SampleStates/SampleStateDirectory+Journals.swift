import Foundation

extension SampleStateDirectory {
    /// The steps at which journals start, from old to new; none is opened.
    func journalSteps() throws -> [Int] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: url.path)
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return []
        } catch {
            return try SampleStateError.attempt("list", url) { throw error }
        }
        return names.compactMap { name in
            guard name.hasPrefix("journal-"), name.hasSuffix(".bin"),
                let step = Int(name.dropFirst(8).dropLast(4)), step >= 0
            else { return nil }
            return step
        }.sorted()
    }

    /// The journals that lead back to a step, from old to new, without a gap.
    ///
    /// Throws `SampleStateError.missingJournal` or `.damaged`.
    func chain(from step: Int, of state: SampleStateHeader) throws -> [JournalReader] {
        let journals = try journalSteps().filter { $0 >= step }.map { start in
            let journal = try JournalReader(journal(start))
            try check(journal, start: start, state)
            return journal
        }
        guard journals.first?.header.start == step else { throw missing(step, step) }
        for (earlier, later) in zip(journals, journals.dropFirst())
        where later.header.previous != earlier.header.start {
            throw missing(later.header.previous ?? step, step)
        }
        guard let last = journals.last, last.header.start >= state.interval else {
            throw missing(state.interval, step)
        }
        return journals
    }

    /// Checks journals from old to new, and computes the digest that the records have once these are undone.
    ///
    /// Throws `SampleStateError.damaged`; nothing is changed.
    func digest(of live: LiveRecords, undoing journals: [JournalReader], isMixed: Bool) throws -> RecordDigest
    {
        let count = live.header.count
        var digest = try live.digest()
        // Of a sample's records the oldest counts, which is the last to be undone.
        var isKnown = [UInt64](repeating: 0, count: (count + 63) / 64)
        var record = [UInt8](repeating: 0, count: live.header.width * 4)
        for journal in journals {
            try journal.check(count: count, isMixed: isMixed) { values, ordinal in
                let (word, bit) = (Int(ordinal >> 6), UInt64(1) << UInt64(ordinal & 63))
                guard isKnown[word] & bit == 0 else { return }
                isKnown[word] |= bit
                try record.withUnsafeMutableBytes { record in
                    try live.read(into: record, from: ordinal)
                    digest.remove(UnsafeRawBufferPointer(record), of: ordinal)
                }
                digest.add(values, of: ordinal)
            }
        }
        return digest
    }

    private func check(_ journal: JournalReader, start: Int, _ state: SampleStateHeader) throws {
        func damaged(_ reason: String) -> SampleStateError {
            .damaged(path: journal.url.path, reason: reason)
        }
        guard journal.header.width == state.width else {
            throw damaged("its records have \(journal.header.width) numbers, and the state \(state.width)")
        }
        guard journal.header.identity == state.identity else {
            throw damaged("it belongs to the state of another run")
        }
        guard journal.header.start == start else {
            throw damaged("it starts at step \(journal.header.start), and its name says \(start)")
        }
    }

    private func missing(_ journal: Int, _ step: Int) -> SampleStateError {
        .missingJournal(path: self.journal(journal).path, step: step)
    }
}
