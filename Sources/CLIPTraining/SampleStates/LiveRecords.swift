import Foundation
import LocalFiles

/// `live.bin`: a header and the records as they are now, locked by this process.
final class LiveRecords {
    private(set) var header: SampleStateHeader
    private let file: SparseFile

    /// Makes a file of zeros, which is there whole or not at all.
    ///
    /// Throws `SampleStateError`.
    init(creating url: URL, header: SampleStateHeader) throws {
        guard let size = SampleStateHeader.fileBytes(width: header.width, count: header.count) else {
            throw SampleStateError.size(count: header.count, width: header.width)
        }
        self.header = header
        let part = url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).partial")
        file = try SampleStateError.attempt("create", url) {
            let file = try SparseFile(creating: part, byteCount: size)
            try file.lock()
            try header.bytes.withUnsafeBytes { try file.write($0, at: 0) }
            try DurableFile.synchronize(part)
            try file.rename(to: url)
            return file
        }
    }

    /// Opens and locks a file, and changes nothing.
    ///
    /// Throws `SampleStateError`.
    init(opening url: URL) throws {
        let file = try SampleStateError.attempt("open", url) { try SparseFile(opening: url) }
        self.file = file
        do {
            try file.lock()
        } catch let error as POSIXError where error.code == .EWOULDBLOCK {
            throw SampleStateError.inUse(path: url.path)
        } catch {
            try SampleStateError.attempt("lock", url) { throw error }
        }
        let size = file.byteCount
        let bytes = try SampleStateError.attempt("read", url) {
            try [UInt8](unsafeUninitializedCapacity: min(size, SampleStateHeader.byteCount)) {
                buffer,
                count in
                try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
                count = buffer.count
            }
        }
        header = try bytes.withUnsafeBytes { try SampleStateHeader($0, fileSize: size, path: url.path) }
    }

    var url: URL { file.url }
    private var recordByteCount: Int { header.width * 4 }

    /// Fills a buffer with the records of consecutive samples.
    func read(into target: UnsafeMutableRawBufferPointer, from ordinal: Int64) throws {
        try SampleStateError.attempt("read", url) {
            try file.read(into: target, at: SampleStateHeader.byteCount + Int(ordinal) * recordByteCount)
        }
    }

    /// Writes the records of consecutive samples.
    func write(_ values: UnsafeRawBufferPointer, from ordinal: Int64) throws {
        try SampleStateError.attempt("write", url) {
            try file.write(values, at: SampleStateHeader.byteCount + Int(ordinal) * recordByteCount)
        }
    }

    /// The digest of all records, read in one go.
    func digest() throws -> RecordDigest {
        let size = recordByteCount
        let rows = max(1, (1 << 20) / size)
        // Beyond the header's count, too: what a killed process made room for becomes records.
        let count = (file.byteCount - SampleStateHeader.byteCount) / size
        var digest = RecordDigest()
        var buffer = [UInt8](repeating: 0, count: rows * size)
        var ordinal = 0
        while ordinal < count {
            let offset = SampleStateHeader.byteCount + ordinal * size
            guard let data = try SampleStateError.attempt("read", url, { try file.nextData(from: offset) })
            else { break }
            ordinal = max(ordinal, (data - SampleStateHeader.byteCount) / size)
            let bytes = min(rows, count - ordinal) * size
            try buffer.withUnsafeMutableBytes { buffer in
                let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<max(bytes, 0)])
                try read(into: target, from: Int64(ordinal))
                digest.add(UnsafeRawBufferPointer(target), from: Int64(ordinal), byteCount: size)
            }
            ordinal += rows
        }
        return digest
    }

    /// Makes room for more samples than the header counts; their records are zeros.
    func grow(toHold count: Int) throws {
        guard let size = SampleStateHeader.fileBytes(width: header.width, count: count) else {
            throw SampleStateError.size(count: count, width: header.width)
        }
        try SampleStateError.attempt("write", url) { try file.grow(to: size) }
    }

    /// Changes the header, on the disk too.
    func update(_ change: (inout SampleStateHeader) -> Void) throws {
        var header = header
        change(&header)
        try SampleStateError.attempt("write", url) {
            try header.bytes.withUnsafeBytes { try file.write($0, at: 0) }
            try file.synchronize()
        }
        self.header = header
    }

    /// Lets others open the file.
    func unlock() { file.unlock() }

    /// Waits until all records are on the disk.
    func synchronize() throws {
        try SampleStateError.attempt("write", url) { try file.synchronize() }
    }
}
