import Foundation
import LocalFiles

/// A journal that is about to be undone.
struct JournalReader {
    let url: URL
    let header: JournalHeader
    private let file: SparseFile

    /// Opens a journal and reads its header.
    ///
    /// Throws `SampleStateError`.
    init(_ url: URL) throws {
        self.url = url
        file = try SampleStateError.attempt("open", url) { try SparseFile(opening: url, isSequential: true) }
        header = try JournalHeader(file.bytes, path: url.path)
    }

    /// Whole records; what a killed process wrote of the last one does not count.
    private var recordCount: Int {
        (file.bytes.count - JournalHeader.byteCount) / header.recordByteCount
    }

    private func record(_ index: Int) -> (ordinal: Int64, values: UnsafeRawBufferPointer)? {
        let size = header.recordByteCount
        let start = JournalHeader.byteCount + index * size
        return header.decode(UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + size]))
    }

    /// Checks all records before any is used.
    ///
    /// Throws `SampleStateError.damaged`.
    ///
    /// - Parameters:
    ///   - count: How many samples the state has.
    ///   - isMixed: Whether the system went down, after which records may be missing anywhere; otherwise only the
    ///     last may be, whose change did not happen then.
    func check(count: Int, isMixed: Bool) throws {
        for index in 0..<recordCount {
            guard let (ordinal, _) = record(index) else {
                if isMixed || index == recordCount - 1 { continue }
                let reason = "the checksum of record \(index + 1) of \(recordCount) is wrong"
                throw SampleStateError.damaged(path: url.path, reason: reason)
            }
            guard (0..<Int64(count)).contains(ordinal) else {
                let reason = "record \(index + 1) is of sample \(ordinal), and there are \(count)"
                throw SampleStateError.damaged(path: url.path, reason: reason)
            }
        }
    }

    /// Gives samples the records that they had at the journal's start, the last change first.
    func undo(_ write: (_ values: UnsafeRawBufferPointer, _ ordinal: Int64) throws -> Void) throws {
        for index in (0..<recordCount).reversed() {
            guard let (ordinal, values) = record(index) else { continue }
            try write(values, ordinal)
        }
    }
}
