import Foundation
import LocalFiles

/// What was computed of a work that is not finished, chunk by chunk, beside the file of its rows.
///
/// A header, the work's description (JSON), then a record for each chunk, which is whole or counts for nothing.
struct CaptionFeatureJournal {
    static let magic: UInt64 = 0x004A_4546_5049_4C43  // "CLIPFEJ\0"
    static let format = FormatVersion(1)
    private static let headerBytes = 32
    private static let recordBytes = 56
    private static let captionBytes = 32

    /// What a record says.
    struct Record {
        var chunk: Int
        var rows: Int
        var unreadable: Int
        var rowsHash: UInt64
        /// Rows count from the file's first.
        var captions: [CaptionFeatureChunk.Caption]
    }

    private let file: SharedFile
    private let start: Int
    /// Where the next record goes.
    private(set) var end: Int

    /// The description of the work in a journal; nil where there is no whole one.
    static func description(in file: SharedFile) throws -> Data? {
        let head = try bytes(0..<headerBytes, of: file)
        guard head.count == headerBytes, head.withUnsafeBytes({ $0.word(0) }) == magic else { return nil }
        let number = head.withUnsafeBytes { $0.word(1) }
        do throws(UnreadableFormat) {
            try format.check(
                number,
                of: file.url.path,
                remedy: "remove it and the file beside it to start anew"
            )
        } catch {
            throw CaptionFeatureError.format(error)
        }
        let (size, hash) = head.withUnsafeBytes { ($0.word(2), $0.word(3)) }
        guard size < 1 << 24 else { return nil }
        let json = try bytes(headerBytes..<headerBytes + Int(size), of: file)
        guard json.count == Int(size), StableHash.of(json) == hash else { return nil }
        return Data(json)
    }

    /// Begins a journal anew.
    init(creating file: SharedFile, description: Data) throws {
        var head: [UInt8] = []
        for word in [
            Self.magic, UInt64(Self.format.current), UInt64(description.count), StableHash.of(description),
        ] { head.append(word: word) }
        head += description
        try file.resize(to: 0)
        try head.withUnsafeBytes { try file.write($0, at: 0) }
        self.init(file, description: description)
    }

    /// Goes on with the journal of a description.
    init(_ file: SharedFile, description: Data) {
        self.file = file
        start = Self.headerBytes + description.count
        end = start
    }

    /// Writes down a chunk.
    mutating func append(_ record: Record) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.recordBytes + record.captions.count * Self.captionBytes)
        for word in [
            Self.magic, UInt64(record.chunk), UInt64(record.captions.count), UInt64(record.rows),
            UInt64(record.unreadable), record.rowsHash,
        ] { bytes.append(word: word) }
        for caption in record.captions {
            bytes.append(word: UInt64(caption.ordinal))
            bytes.append(caption.entry)
        }
        bytes.append(word: bytes.withUnsafeBytes { ContentHash.of($0) })
        try bytes.withUnsafeBytes { try file.write($0, at: end) }
        end += bytes.count
    }

    /// Gives each whole record in turn, up to the first that is not, or that `body` refuses; what follows is cut off.
    mutating func replay(_ body: (Record) throws -> Bool) throws {
        end = start
        while let (record, length) = try record(at: end), try body(record) { end += length }
        try file.resize(to: end)
    }

    /// Gives each caption in turn.
    func forEachCaption(_ body: (CaptionFeatureChunk.Caption) throws -> Void) throws {
        var position = start
        while position < end {
            guard let (record, length) = try record(at: position) else { throw POSIXError(.EIO) }
            for caption in record.captions { try body(caption) }
            position += length
        }
    }

    private func record(at position: Int) throws -> (Record, length: Int)? {
        let head = try Self.bytes(position..<position + Self.recordBytes - 8, of: file)
        guard head.count == Self.recordBytes - 8 else { return nil }
        let words = head.withUnsafeBytes { head in (0..<6).map { head.word($0) } }
        guard words[0] == Self.magic, words[2] < 1 << 32, let chunk = Int(exactly: words[1]),
            let rows = Int(exactly: words[3]), let unreadable = Int(exactly: words[4])
        else { return nil }
        let length = Self.recordBytes + Int(words[2]) * Self.captionBytes
        let whole = try Self.bytes(position..<position + length, of: file)
        guard whole.count == length else { return nil }
        return whole.withUnsafeBytes { bytes -> (Record, length: Int)? in
            let hashed = UnsafeRawBufferPointer(rebasing: bytes[..<(length - 8)])
            guard ContentHash.of(hashed) == bytes.word(length / 8 - 1) else { return nil }
            let captions = (0..<Int(words[2])).map { number in
                let offset = Self.recordBytes - 8 + number * Self.captionBytes
                return CaptionFeatureChunk.Caption(
                    ordinal: Int(truncatingIfNeeded: bytes.word(offset / 8)),
                    entry: CaptionFeatureEntry.read(bytes, at: offset + 8)
                )
            }
            let record = Record(
                chunk: chunk,
                rows: rows,
                unreadable: unreadable,
                rowsHash: words[5],
                captions: captions
            )
            return (record, length)
        }
    }

    private static func bytes(_ range: Range<Int>, of file: SharedFile) throws -> [UInt8] {
        // A length that damage made large must not take memory.
        let range = range.clamped(to: 0..<max(try file.byteCount(), 0))
        var bytes = [UInt8](repeating: 0, count: range.count)
        let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: range.lowerBound) }
        return Array(bytes[..<count])
    }
}
