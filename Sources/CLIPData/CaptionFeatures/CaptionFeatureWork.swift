import Foundation
import LocalFiles

/// A file of caption features that is being written.
///
/// Rows go to `OUT.unfinished`, and what they are to `OUT.journal`. Whenever the process dies, what both agree on is kept, and
/// the next one goes on behind it.
final class CaptionFeatureWork {
    static let rowsSuffix = ".unfinished"
    static let journalSuffix = ".journal"

    private let path: String
    private let rows: SharedFile
    private var journal: CaptionFeatureJournal
    private var header: CaptionFeatureHeader
    private var sums = BlockSums()
    private let plan: CaptionFeaturePlan
    /// Chunks that are done.
    private(set) var chunks = 0

    /// Begins a file, or goes on with it.
    ///
    /// - Parameters:
    ///   - header: What the file is to say of itself; nothing is counted in it yet.
    ///   - note: Told what is lost of an earlier session, in a sentence.
    /// - Throws: ``CaptionFeatureWorkError``; `ShardError.file`.
    init(_ path: String, header: CaptionFeatureHeader, note: (String) -> Void = { _ in }) throws {
        self.path = path
        plan = CaptionFeaturePlan(header.whole, chunk: header.chunk, part: header.part, of: header.parts)
        let rowsPath = path + Self.rowsSuffix
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        (rows, journal, self.header) = try Self.system("write", rowsPath) {
            let rows = try SharedFile(opening: URL(fileURLWithPath: rowsPath), creates: true)
            // Whoever finished meanwhile has given the file its name, or removed it.
            guard try rows.tryLock(.exclusive), rows.isInPlace else {
                throw CaptionFeatureWorkError.inUse(path: rowsPath)
            }
            let file = try SharedFile(opening: URL(fileURLWithPath: path + Self.journalSuffix), creates: true)
            guard let begun = try CaptionFeatureJournal.description(in: file),
                let old = try? JSONDecoder().decode(CaptionFeatureHeader.self, from: begun), old.isPossible
            else {
                let lost = try rows.byteCount() - CaptionFeatureLayout.headerBytes
                if lost > 0 {
                    note(
                        "'\(rowsPath)' holds \(CaptionFeatureWorkError.megabytes(lost)) of rows, and its journal "
                            + "'\(file.url.path)' cannot be read; they are made again"
                    )
                }
                try rows.resize(to: CaptionFeatureLayout.headerBytes)
                let description = try encoder.encode(header)
                return (rows, try CaptionFeatureJournal(creating: file, description: description), header)
            }
            let differences = Self.differences(header, old)
            guard differences.isEmpty else {
                throw CaptionFeatureWorkError.begunOtherwise(path: path, differences: differences)
            }
            return (rows, CaptionFeatureJournal(file, description: begun), old)
        }
        try Self.system("read", rowsPath) { try resume() }
    }

    private static func differences(_ new: CaptionFeatureHeader, _ old: CaptionFeatureHeader) -> [String] {
        var found = old.differences(from: new)
        if (old.part, old.parts) != (new.part, new.parts) {
            found.append("part \(old.part)/\(old.parts) and not \(new.part)/\(new.parts)")
        }
        return found
    }

    /// Takes over the chunks that are whole.
    private func resume() throws {
        try journal.replay { record in
            guard chunks < plan.chunks.count, record.chunk == plan.chunks.lowerBound + chunks,
                isPossible(record)
            else { return false }
            let (count, overflow) = record.rows.multipliedReportingOverflow(by: header.rowBytes)
            let start = CaptionFeatureLayout.headerBytes + header.rows * header.rowBytes
            guard !overflow, count <= max(0, try rows.byteCount() - start) else { return false }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
            defer { buffer.deallocate() }
            guard try rows.read(into: buffer, at: start) == count,
                ContentHash.of(UnsafeRawBufferPointer(buffer)) == record.rowsHash
            else { return false }
            sums.combine(UnsafeRawBufferPointer(buffer))
            header.rows += record.rows
            header.unreadable += record.unreadable
            chunks += 1
            return true
        }
        try rows.resize(to: CaptionFeatureLayout.headerBytes + header.rows * header.rowBytes)
    }

    /// Whether a record's numbers can be those of its chunk.
    private func isPossible(_ record: CaptionFeatureJournal.Record) -> Bool {
        let ordinals = plan.ordinals(of: record.chunk)
        let (rows, overflow) = header.rows.addingReportingOverflow(record.rows)
        guard record.rows >= 0, !overflow,
            (0...ordinals.count * header.sources.count).contains(record.unreadable)
        else { return false }
        var last = ordinals.lowerBound
        for caption in record.captions {
            guard caption.ordinal >= last, ordinals.contains(caption.ordinal),
                caption.entry.source < header.sources.count,
                (header.rows..<rows).contains(caption.entry.row)
            else { return false }
            last = caption.ordinal
        }
        return true
    }

    /// Bytes that were written so far.
    var byteCount: Int { header.rows * header.rowBytes }

    /// Adds the next chunk.
    ///
    /// - Throws: `ShardError.file`, as for a full disk; the chunk does not count then.
    func append(_ chunk: CaptionFeatureChunk, number: Int) throws {
        try Self.system("write", path + Self.rowsSuffix) {
            let start = CaptionFeatureLayout.headerBytes + header.rows * header.rowBytes
            try chunk.bytes.withUnsafeBytes { try rows.write($0, at: start) }
            let first = header.rows
            try journal.append(
                .init(
                    chunk: number,
                    rows: chunk.rows,
                    unreadable: chunk.unreadable,
                    rowsHash: chunk.bytes.withUnsafeBytes { ContentHash.of($0) },
                    captions: chunk.captions.map {
                        .init(ordinal: $0.ordinal, entry: $0.entry.moved(by: first))
                    }
                )
            )
        }
        chunk.bytes.withUnsafeBytes { sums.combine($0) }
        header.rows += chunk.rows
        header.unreadable += chunk.unreadable
        chunks += 1
    }

    /// Removes both files where nothing is in them yet, so that other settings can be tried.
    func discardIfEmpty() {
        guard chunks == 0, rows.isInPlace else { return }
        unlink(path + Self.rowsSuffix)
        unlink(path + Self.journalSuffix)
    }

    /// Writes the rest and gives the file its name.
    func finish() throws -> CaptionFeatureHeader {
        let rowsURL = URL(fileURLWithPath: path + Self.rowsSuffix)
        return try Self.system("write", rowsURL.path) {
            let tail = CaptionFeatureTail { [rows] bytes, offset in try rows.write(bytes, at: offset) }
            var header = header
            header.archives = nil
            let finished = try tail.write(header, sums: sums) { try journal.forEachCaption($0) }
            try rows.synchronize()
            // Whatever came to lie there meanwhile stays.
            guard link(rowsURL.path, path) == 0 else {
                if errno == EEXIST { throw CaptionFeatureWorkError.exists(path: path) }
                try DurableFile.rename(rowsURL, to: URL(fileURLWithPath: path))
                unlink(path + Self.journalSuffix)
                return finished
            }
            unlink(rowsURL.path)
            unlink(path + Self.journalSuffix)
            try DurableFile.synchronize(rowsURL.deletingLastPathComponent())
            return finished
        }
    }

    /// Says what a failed call of the system was to do.
    private static func system<Result>(
        _ action: String,
        _ path: String,
        _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error as POSIXError {
            throw ShardError.file(path: path, action: action, reason: SystemReason.text(of: error))
        }
    }
}
