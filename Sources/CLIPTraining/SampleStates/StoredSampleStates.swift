public import CLIPObjectives
import Foundation

/// State of samples in a run directory: no memory, whatever the number of samples, and exact to the bit after a crash.
///
/// The live file changes in place with every step, and no checkpoint copies it. Before a sample's first change after a
/// checkpoint, its old record goes into the running journal; a resumed run writes them back. See
/// ``SampleStateDirectory`` for the protocol and for what a trainer has to call. Reads and writes are system calls and not
/// loads and stores in a mapping, so that a full disk is an error and no crash.
///
/// Not for use by several threads at a time.
public final class StoredSampleStates: SampleStates {
    let directory: SampleStateDirectory
    let live: LiveRecords
    var journal: JournalWriter
    var journalled: OrdinalBitmap
    /// Of all records; nil after a write that failed, which may have changed some of its own.
    var digest: RecordDigest?
    /// The rows that were read or written last: what is about to be replaced, as a rule.
    private var latest: (ordinals: [Int64], values: [Float])?
    var isUsable = true
    /// What a person should know of the state as it was found.
    public let warnings: [SampleStateWarning]

    init(
        _ directory: SampleStateDirectory,
        live: LiveRecords,
        journal: JournalWriter,
        digest: RecordDigest,
        warnings: [SampleStateWarning] = []
    ) throws {
        self.directory = directory
        self.live = live
        self.journal = journal
        self.digest = digest
        self.warnings = warnings
        journalled = try OrdinalBitmap(creating: directory.bitmap, count: live.header.count)
    }

    deinit { try? close() }

    /// Numbers in one record.
    public var width: Int { live.header.width }
    /// Records: the `ordinalCount` of the data.
    public var count: Int { live.header.count }

    /// The records of some samples, `[ordinals.count · width]` row by row.
    ///
    /// Throws `ObjectiveError.unknownSample`, or `SampleStateError.closed`.
    public func read(_ ordinals: [Int64]) throws -> [Float] {
        try check(ordinals)
        let values = try [Float](unsafeUninitializedCapacity: ordinals.count * width) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            for run in Self.runs(ordinals) {
                let rows = run.lowerBound * width * 4..<run.upperBound * width * 4
                let target = UnsafeMutableRawBufferPointer(rebasing: bytes[rows])
                try live.read(into: target, from: ordinals[run.lowerBound])
            }
            count = ordinals.count * width
        }
        latest = (ordinals, values)
        return values
    }

    /// Replaces the records of some samples; of an ordinal that comes twice, the later row stays.
    ///
    /// Throws `ObjectiveError` where nothing is changed, and `SampleStateError` where the disk is full, for example;
    /// records that were changed by then can be rolled back like all others.
    public func write(_ values: [Float], at ordinals: [Int64]) throws {
        guard values.count == ordinals.count * width else {
            throw ObjectiveError.shape(
                "sample states",
                found: [values.count],
                expected: "[\(ordinals.count * width)]"
            )
        }
        try check(ordinals)
        let rows = Self.lastRows(of: ordinals)
        let sorted = rows.map(\.ordinal)
        func ordered(_ values: [Float]) -> [Float] {
            rows.flatMap { values[$0.number * width..<($0.number + 1) * width] }
        }
        let isKnown = latest?.ordinals == ordinals
        let old = try latest.flatMap { isKnown ? ordered($0.values) : nil } ?? read(sorted)
        let new = ordered(values)
        // Whatever fails from here on, the records may be neither the old ones nor the new ones.
        let before = digest
        (digest, latest) = (nil, nil)
        try keepOld(old, of: sorted)
        try store(new, at: sorted)
        try directory.onStage(.changed)
        digest = before?.replacing(old, by: new, at: sorted)
        if rows.count == ordinals.count { latest = (ordinals, values) }
    }

    /// Journals those of some records, sorted by ordinal, that are about to change for the first time.
    private func keepOld(_ records: [Float], of sorted: [Int64]) throws {
        let ordinals = try journalled.missing(from: sorted)
        guard !ordinals.isEmpty else { return }
        var row = 0
        try records.withUnsafeBytes { records in
            try journal.append(ordinals) { ordinal, target in
                while sorted[row] != ordinal { row += 1 }
                let bytes = row * width * 4..<(row + 1) * width * 4
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: records[bytes]))
            }
        }
        try directory.onStage(.journalled)
        // Only now: a bit without its record would let a change go by that cannot be undone.
        try journalled.insert(ordinals)
        try directory.onStage(.marked)
    }

    /// Writes records, those of neighbours with one call.
    private func store(_ values: [Float], at ordinals: [Int64]) throws {
        try values.withUnsafeBytes { bytes in
            for run in Self.runs(ordinals) {
                let rows = run.lowerBound * width * 4..<run.upperBound * width * 4
                try live.write(UnsafeRawBufferPointer(rebasing: bytes[rows]), from: ordinals[run.lowerBound])
            }
        }
    }

    /// Ranges in which each ordinal follows the one before.
    private static func runs(_ ordinals: [Int64]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        for index in ordinals.indices
        where index + 1 == ordinals.count || ordinals[index + 1] != ordinals[index] + 1 {
            runs.append(start..<index + 1)
            start = index + 1
        }
        return runs
    }

    private struct Row {
        var ordinal: Int64
        var number: Int
    }

    /// The last row of each ordinal, sorted by ordinal.
    private static func lastRows(of ordinals: [Int64]) -> [Row] {
        let rows = ordinals.enumerated().map { Row(ordinal: $1, number: $0) }
            .sorted { ($0.ordinal, $0.number) < ($1.ordinal, $1.number) }
        return rows.indices.filter { $0 + 1 == rows.count || rows[$0].ordinal != rows[$0 + 1].ordinal }
            .map { rows[$0] }
    }

    private func check(_ ordinals: [Int64]) throws {
        guard isUsable else { throw SampleStateError.closed(path: live.url.path) }
        let known = 0..<Int64(count)
        for ordinal in ordinals where !known.contains(ordinal) {
            throw ObjectiveError.unknownSample(ordinal: ordinal, count: count)
        }
    }
}
