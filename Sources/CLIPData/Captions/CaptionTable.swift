import Foundation
import LocalFiles

/// Where one row lies.
struct CaptionRecord: Equatable {
    static let maximumFiles = 1 << 15
    private static let offsetBits: UInt64 = 48

    /// The hash of the row's key or URL.
    var hash: UInt64
    /// The file's number and the offset in it.
    private var place: UInt64
    /// The row's size in bytes.
    var length: UInt64

    init(hash: UInt64, file: Int, range: Range<Int>) {
        self.hash = hash
        place = UInt64(file) << Self.offsetBits | UInt64(range.lowerBound)
        length = UInt64(range.count)
    }

    var file: Int { Int(place >> Self.offsetBits) }
    var offset: Int { Int(place & (1 << Self.offsetBits - 1)) }

    static func < (first: Self, second: Self) -> Bool {
        first.hash == second.hash ? first.place < second.place : first.hash < second.hash
    }
}

/// What a table was made of; it fits only if all is equal.
struct CaptionTableMetadata: Codable, Equatable {
    struct File: Codable, Equatable {
        /// The path beside the first file.
        var path: String
        var size: Int
        var modified: Int64
    }

    var join: CaptionJoin
    var columns: [String]
    var joinColumn: String?
    var isMulti: Bool
    var files: [File]
    /// How each file is read; not compared, since it follows from the rest.
    var layouts: [CaptionLayout] = []
    /// Rows that say what another row says.
    var repeatedRows = 0

    func fits(_ other: Self) -> Bool {
        var (first, second) = (self, other)
        (first.layouts, second.layouts) = ([], [])
        (first.repeatedRows, second.repeatedRows) = (0, 0)
        return first == second
    }
}

/// Rows of side files by the hash of their key or URL, mapped.
///
/// A 128-byte header of little-endian words, then one 24-byte record for each row, sorted by hash, then metadata (JSON).
/// Opening checks header and metadata; a record is checked against its row when it is used.
struct CaptionTable: Sendable {
    static let suffix = ".captions"
    static let magic: UInt64 = 0x0050_4143_5049_4C43  // "CLIPCAP\0"
    static let format = FormatVersion(1)
    static let headerBytes = 128
    static let recordBytes = 24

    let path: String
    let metadata: CaptionTableMetadata
    let count: Int
    private let file: MappedFile

    /// Why a table cannot be used.
    enum Problem: Error, Equatable {
        /// There is none, or it is damaged: it may be made anew.
        case damaged
        /// Another kind of file lies there, which must not be replaced.
        case foreign
        /// A later version made it, and may still use it.
        case newer(UnreadableFormat)
    }

    /// Maps a table.
    init(_ path: String) throws(Problem) {
        let mapped: MappedFile
        do {
            mapped = try MappedFile(path)
        } catch {
            throw FilePath.kind(of: path) == .directory ? .foreign : .damaged
        }
        let bytes = mapped.bytes
        guard !bytes.isEmpty else { throw .damaged }
        func word(_ index: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        guard bytes.count >= 8, word(0) == Self.magic else { throw .foreign }
        // The checksum first: one wrong bit in the number does not mean a newer version.
        guard bytes.count >= Self.headerBytes, word(15) == StableHash.of(bytes[..<(Self.headerBytes - 8)])
        else { throw .damaged }
        do {
            let remedy = "remove it to have it rebuilt"
            try Self.format.check(word(1), of: path, remedy: remedy)
        } catch {
            // An older one only repeats what the files say, and is rebuilt.
            throw error.isNewer ? .newer(error) : .damaged
        }
        guard word(5) == UInt64(bytes.count),
            let count = Int(exactly: word(2)), let size = Int(exactly: word(3)),
            max(count, size) <= bytes.count,
            Self.headerBytes + count * Self.recordBytes + size == bytes.count
        else { throw .damaged }
        let json = bytes[(Self.headerBytes + count * Self.recordBytes)...]
        guard word(4) == StableHash.of(json),
            let metadata = try? JSONDecoder().decode(CaptionTableMetadata.self, from: Data(json)),
            metadata.layouts.count == metadata.files.count
        else { throw .damaged }
        self.path = path
        self.metadata = metadata
        self.count = count
        file = mapped
    }

    static func header(count: Int, metadata: Data) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: 15)
        words[0] = magic
        words[1] = UInt64(format.current)
        words[2] = UInt64(count)
        words[3] = UInt64(metadata.count)
        words[4] = StableHash.of(metadata)
        words[5] = UInt64(headerBytes + count * recordBytes + metadata.count)
        words.append(words.withUnsafeBytes { StableHash.of($0) })
        return words
    }

    subscript(index: Int) -> CaptionRecord {
        defer { withExtendedLifetime(file) {} }
        return file.bytes.load(
            fromByteOffset: Self.headerBytes + index * Self.recordBytes,
            as: CaptionRecord.self
        )
    }

    /// The records of a hash.
    func records(of hash: UInt64) -> Range<Int> {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        var end = low
        while end < count, self[end].hash == hash { end += 1 }
        return low..<end
    }
}
