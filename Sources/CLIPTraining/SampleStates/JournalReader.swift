import Foundation
import LocalFiles

/// A journal that is about to be undone.
struct JournalReader {
    /// Records that are read with one call.
    private static let blockLength = 8192

    let url: URL
    let header: JournalHeader
    private let file: SparseFile
    /// Whole records; what a killed process wrote of the last one does not count.
    private let recordCount: Int

    /// Opens a journal and reads its header.
    ///
    /// Throws `SampleStateError`.
    init(_ url: URL) throws {
        self.url = url
        let file = try SampleStateError.attempt("open", url) { try SparseFile(opening: url) }
        self.file = file
        let start = try Self.bytes(file, 0..<min(file.byteCount, JournalHeader.byteCount))
        header = try start.withUnsafeBytes { try JournalHeader($0, path: url.path) }
        recordCount = (file.byteCount - JournalHeader.byteCount) / header.recordByteCount
    }

    /// Checks all records before any is used.
    ///
    /// Throws `SampleStateError.damaged`.
    ///
    /// - Parameters:
    ///   - count: How many samples the state has.
    ///   - isMixed: Whether the system went down, after which records may be missing anywhere; otherwise only the
    ///     last may be, whose change did not happen then.
    ///   - body: Called with each good record, the first change first.
    func check(
        count: Int,
        isMixed: Bool,
        _ body: (_ values: UnsafeRawBufferPointer, _ ordinal: Int64) throws -> Void = { _, _ in }
    ) throws {
        func damaged(_ reason: String) -> SampleStateError { .damaged(path: url.path, reason: reason) }
        for start in stride(from: 0, to: recordCount, by: Self.blockLength) {
            try withBlock(start) { index, record in
                guard let (ordinal, values) = header.decode(record) else {
                    if isMixed || index == recordCount - 1 { return }
                    throw damaged("the checksum of record \(index + 1) of \(recordCount) is wrong")
                }
                guard (0..<Int64(count)).contains(ordinal) else {
                    throw damaged("record \(index + 1) is of sample \(ordinal), and there are \(count)")
                }
                try body(values, ordinal)
            }
        }
    }

    /// Gives samples the records that they had at the journal's start, the last change first.
    func undo(_ write: (_ values: UnsafeRawBufferPointer, _ ordinal: Int64) throws -> Void) throws {
        for start in stride(from: 0, to: recordCount, by: Self.blockLength).reversed() {
            try withBlock(start, reversed: true) { _, record in
                guard let (ordinal, values) = header.decode(record) else { return }
                try write(values, ordinal)
            }
        }
    }

    private func withBlock(
        _ start: Int,
        reversed: Bool = false,
        _ body: (_ index: Int, _ record: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let size = header.recordByteCount
        let end = min(start + Self.blockLength, recordCount)
        let first = JournalHeader.byteCount + start * size
        let bytes = try Self.bytes(file, first..<first + (end - start) * size)
        try bytes.withUnsafeBytes { bytes in
            for step in 0..<end - start {
                let number = reversed ? end - start - 1 - step : step
                let record = UnsafeRawBufferPointer(rebasing: bytes[number * size..<(number + 1) * size])
                try body(start + number, record)
            }
        }
    }

    private static func bytes(_ file: SparseFile, _ range: Range<Int>) throws -> [UInt8] {
        try SampleStateError.attempt("read", file.url) {
            var bytes = [UInt8](repeating: 0, count: range.count)
            try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: range.lowerBound) }
            return bytes
        }
    }
}
