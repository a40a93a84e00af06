import Foundation
import LocalFiles

/// The running journal: the old records of samples that changed since its start.
final class JournalWriter {
    let header: JournalHeader
    private let file: AppendedFile

    /// Makes an empty journal, which is there whole or not at all, in place of what lies there.
    ///
    /// Throws `SampleStateError`.
    init(creating url: URL, header: JournalHeader) throws {
        self.header = header
        file = try SampleStateError.attempt("create", url) {
            try DurableFile.replace(url, with: Data(header.bytes))
            return try AppendedFile(opening: url)
        }
    }

    /// Whether nothing changed since its start.
    var isEmpty: Bool { file.byteCount == JournalHeader.byteCount }

    /// Appends the old records of samples with one system call.
    ///
    /// Throws `SampleStateError`; no record was added then.
    ///
    /// - Parameter read: Fills a buffer with a sample's record as it is now.
    func append(
        _ ordinals: [Int64],
        read: (_ ordinal: Int64, _ target: UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        let size = header.recordByteCount
        let records = try [UInt8](unsafeUninitializedCapacity: ordinals.count * size) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            for (index, ordinal) in ordinals.enumerated() {
                let record = UnsafeMutableRawBufferPointer(rebasing: bytes[index * size..<(index + 1) * size])
                try header.encode(ordinal, into: record) { try read(ordinal, $0) }
            }
            count = ordinals.count * size
        }
        try SampleStateError.attempt("write", file.url) {
            try records.withUnsafeBytes { try file.append($0) }
        }
    }

    /// Waits until all records are on the disk.
    func synchronize() throws {
        try SampleStateError.attempt("write", file.url) { try file.synchronize() }
    }
}
