import Foundation
import LocalFiles

/// Rows of side files by the hash of their key or URL.
///
/// A 128-byte header of little-endian words, then one 24-byte record for each row, sorted by hash, then metadata (JSON), then
/// a checksum for each block of 64 KiB behind the header. Opening checks header and metadata; a block is compared with its
/// checksum, and a record with its row, when it is used.
struct CaptionTable: Sendable {
    static let suffix = ".captions"
    static let magic: UInt64 = 0x0050_4143_5049_4C43  // "CLIPCAP\0"
    static let format = FormatVersion(2)
    static let headerBytes = 128
    static let recordBytes = 24
    /// A smaller table is checked whole when it is opened.
    static let checkedBytes = 4 << 20

    let path: String
    let metadata: CaptionTableMetadata
    let count: Int
    private let blocks: CheckedBlocks

    /// Why a table cannot be used.
    enum Problem: Error, Equatable {
        /// There is none, or it is damaged: it may be made anew.
        case damaged
        /// Another kind of file lies there, which must not be replaced.
        case foreign
        /// A later version made it, and may still use it.
        case newer(UnreadableFormat)
    }

    /// Opens a table.
    ///
    /// - Parameter checkedBytes: The size up to which it is checked whole.
    init(_ path: String, checkedBytes: Int = checkedBytes) throws(Problem) {
        let file: SharedFile
        let byteCount: Int
        do {
            file = try SharedFile(reading: URL(fileURLWithPath: path))
            byteCount = try file.byteCount()
        } catch {
            throw SystemReason.number(of: error) == EINVAL ? .foreign : .damaged
        }
        let header = try Self.bytes(0..<Self.headerBytes, of: file)
        guard !header.isEmpty else { throw .damaged }
        func word(_ index: Int) -> UInt64 {
            header.withUnsafeBytes {
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
        }
        // One bit that is off in the mark is damage; anything else there is another kind of file.
        guard header.count >= 8, (word(0) ^ Self.magic).nonzeroBitCount <= 1 else { throw .foreign }
        // The checksum first: one wrong bit in the number does not mean a newer version.
        guard header.count == Self.headerBytes, word(15) == StableHash.of(header[..<(Self.headerBytes - 8)])
        else { throw .damaged }
        do {
            try Self.format.check(word(1), of: path, remedy: "remove it to have it rebuilt")
        } catch {
            // An older one only repeats what the files say, and is rebuilt.
            throw error.isNewer ? .newer(error) : .damaged
        }
        guard word(5) == UInt64(byteCount),
            let count = Int(exactly: word(2)), let size = Int(exactly: word(3)),
            max(count, size) <= byteCount,
            Self.byteCount(records: count, metadata: size) == byteCount
        else { throw .damaged }
        let end = Self.end(records: count, metadata: size)
        let table = try Self.bytes(end..<byteCount, of: file)
        guard table.count == byteCount - end, table.withUnsafeBytes({ ContentHash.of($0) }) == word(6)
        else { throw .damaged }
        let sums = table.withUnsafeBytes { table in
            (0..<table.count / 8).map {
                UInt64(littleEndian: table.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
            }
        }
        let blocks = CheckedBlocks(file, Self.headerBytes..<end, sums: sums)
        do {
            if byteCount <= checkedBytes { try blocks.requireAll() }
            let start = Self.headerBytes + count * Self.recordBytes
            let json = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                let target = UnsafeMutableRawBufferPointer(buffer)
                try blocks.read(
                    start..<start + size,
                    into: UnsafeMutableRawBufferPointer(rebasing: target[..<size])
                )
                count = size
            }
            guard word(4) == StableHash.of(json) else { throw Problem.damaged }
            metadata = try JSONDecoder().decode(CaptionTableMetadata.self, from: Data(json))
        } catch {
            throw .damaged
        }
        guard metadata.layouts.count == metadata.files.count else { throw .damaged }
        self.path = path
        self.count = count
        self.blocks = blocks
    }

    private static func bytes(_ range: Range<Int>, of file: SharedFile) throws(Problem) -> [UInt8] {
        do {
            return try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
                let target = UnsafeMutableRawBufferPointer(buffer)
                count = try file.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: target[..<range.count]),
                    at: range.lowerBound
                )
            }
        } catch {
            throw .damaged
        }
    }

    /// Where records and metadata end, and checksums begin.
    static func end(records: Int, metadata: Int) -> Int {
        (headerBytes + records * recordBytes + metadata + 7) / 8 * 8
    }

    private static func byteCount(records: Int, metadata: Int) -> Int {
        let end = end(records: records, metadata: metadata)
        return end + BlockSums.count(of: end - headerBytes) * 8
    }

    static func header(count: Int, metadata: Data, sums: [UInt64]) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: 15)
        words[0] = magic
        words[1] = UInt64(format.current)
        words[2] = UInt64(count)
        words[3] = UInt64(metadata.count)
        words[4] = StableHash.of(metadata)
        words[5] = UInt64(byteCount(records: count, metadata: metadata.count))
        words[6] = sums.withUnsafeBytes { ContentHash.of($0) }
        words.append(words.withUnsafeBytes { StableHash.of($0) })
        return words
    }

    /// A record by its place.
    ///
    /// - Throws: `CaptionFileError.table` where it is damaged.
    func record(_ index: Int) throws(CaptionFileError) -> CaptionRecord {
        var record = CaptionRecord(hash: 0, file: 0, range: 0..<0)
        let start = Self.headerBytes + index * Self.recordBytes
        do {
            try withUnsafeMutableBytes(of: &record) {
                try blocks.read(start..<start + Self.recordBytes, into: $0)
            }
        } catch {
            throw damaged("\(error)")
        }
        return record
    }

    /// Removes the table, which only repeats what the files say, so that the next start makes it anew.
    func damaged(_ reason: String) -> CaptionFileError {
        unlink(path)
        return .table(path: path, reason: "\(reason); start again, and it is made anew")
    }

    /// The records of a hash.
    ///
    /// - Throws: `CaptionFileError.table` where the table is damaged.
    func records(of hash: UInt64) throws(CaptionFileError) -> Range<Int> {
        var (low, high) = (0, count)
        // Hashes are spread evenly, so that a guess comes near; every other step halves, whatever the hashes are.
        var (least, most) = (UInt64.min, UInt64.max)
        var guesses = true
        while low < high {
            var middle = (low + high) / 2
            if guesses, least < most, (least...most).contains(hash) {
                let share = Double(hash - least) / Double(most - least)
                middle = min(high - 1, low + Int(share * Double(high - low)))
            }
            guesses.toggle()
            let found = try record(middle).hash
            if found < hash { (low, least) = (middle + 1, found) } else { (high, most) = (middle, found) }
        }
        var end = low
        while end < count, try record(end).hash == hash { end += 1 }
        return low..<end
    }
}
