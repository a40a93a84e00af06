import Foundation
import LocalFiles

/// An index on disk, of which only what is asked for is read.
///
/// A 128-byte header of little-endian words, then 8-byte-aligned sections: metadata (JSON), identities, field starts,
/// fields, key starts, keys, text; then a checksum for each block of 64 KiB behind the header. Opening checks the header,
/// the metadata and the sections' bounds; a block is compared with its checksum when something in it is first used. Format 2
/// had no checksums of blocks.
struct IndexFile: Sendable {
    static let magic: UInt64 = 0x0058_4449_5049_4C43  // "CLIPIDX\0"
    static let format = FormatVersion(3, readsFrom: 2)
    static let headerBytes = 128

    let path: String
    /// The number of the file's format.
    let formatNumber: Int
    let metadata: IndexMetadata
    let sampleCount: Int
    let fieldCount: Int
    let byteCount: Int
    private let blocks: CheckedBlocks
    private let damage = IndexDamage()
    private let sections: [Int]
    private let keyBytes: Int
    private let textBytes: Int

    /// Opens an index.
    ///
    /// - Parameter isSalvage: Whether only the header and the metadata have to be whole.
    /// - Throws: `ShardError.damagedIndex`, `.foreignIndex`, `.indexFormat` or `.file`.
    init(_ path: String, isSalvage: Bool = false) throws(ShardError) {
        let layout = try IndexLayout(path, isSalvage: isSalvage)
        self.path = path
        formatNumber = layout.format
        sampleCount = layout.samples
        fieldCount = layout.fields
        byteCount = layout.byteCount
        blocks = layout.blocks
        keyBytes = layout.keyBytes
        textBytes = layout.textBytes
        sections = layout.starts
        metadata = layout.metadata
    }

    /// What was found wrong first, perhaps while something was asked for that cannot throw.
    var foundDamage: ShardError? { damage.found }

    /// Reads and checks all of it.
    ///
    /// - Throws: `ShardError.damagedIndex`.
    func verify() throws(ShardError) { try checked { try blocks.requireAll() } }

    /// A sample's identity.
    ///
    /// - Throws: `ShardError.damagedIndex`.
    func identity(of ordinal: Int) throws(ShardError) -> UInt64 {
        try checked { try word(1, ordinal) }
    }

    /// A sample's identity; where the index is damaged there, 0, and all reading of fields ends.
    func anyIdentity(of ordinal: Int) -> UInt64 { (try? identity(of: ordinal)) ?? 0 }

    /// A sample's key.
    ///
    /// - Throws: `ShardError.damagedIndex`.
    func key(of ordinal: Int) throws(ShardError) -> String {
        try checked {
            let (start, end) = try (word(4, ordinal), word(4, ordinal + 1))
            guard start <= end, end <= UInt64(keyBytes) else { return "?" }
            return String(decoding: try elements(UInt8.self, 5, Int(start)..<Int(end)), as: UTF8.self)
        }
    }

    /// A sample's key; where the index is damaged there, a question mark, and all reading of fields ends.
    func anyKey(of ordinal: Int) -> String { (try? key(of: ordinal)) ?? "?" }

    /// A sample's fields; none where the file's numbers make no sense.
    ///
    /// - Throws: `ShardError.damagedIndex`.
    func fields(of ordinal: Int) throws(ShardError) -> [FieldRecord] {
        try checked { try elements(FieldRecord.self, 3, fieldRange(ordinal)) }
    }

    /// The first of a sample's fields with a suffix.
    ///
    /// - Throws: `ShardError.damagedIndex`, whatever else of the sample the damage lies in.
    func field(_ suffix: UInt16, of ordinal: Int) throws(ShardError) -> FieldRecord? {
        if let found = damage.found { throw found }
        return try checked {
            try blocks.require(bytes: place(1, ordinal..<ordinal + 1, of: 8))
            let range = try fieldRange(ordinal)
            let place = place(3, range, of: MemoryLayout<FieldRecord>.stride)
            return try withUnsafeTemporaryAllocation(of: FieldRecord.self, capacity: range.count) { records in
                try blocks.read(place, into: UnsafeMutableRawBufferPointer(records))
                return records.first { $0.suffix == suffix }
            }
        }
    }

    /// A piece of the index's own text, or nil where the file's numbers make no sense.
    ///
    /// - Throws: `ShardError.damagedIndex`.
    func text(of record: FieldRecord) throws(ShardError) -> FieldBytes? {
        guard record.offset <= UInt64(textBytes), UInt64(record.size) <= UInt64(textBytes) - record.offset
        else { return nil }
        return try checked {
            let start = sections[6] + Int(record.offset)
            let place = start..<start + Int(record.size)
            let bytes = try OwnedBytes(count: place.count) { try blocks.read(place, into: $0) }
            return FieldBytes(bytes, 0..<place.count)
        }
    }

    /// Elements of a section as an array.
    ///
    /// - Throws: `ShardError.damagedIndex`.
    func array<Element: BitwiseCopyable>(_ section: IndexSection<Element>) throws(ShardError) -> [Element] {
        let count =
            switch section.number {
            case 1: sampleCount
            case 2, 4: sampleCount + 1
            case 3: fieldCount
            case 5: keyBytes
            default: textBytes
            }
        return try checked { try elements(Element.self, section.number, 0..<count) }
    }

    private func fieldRange(_ ordinal: Int) throws -> Range<Int> {
        let (start, end) = try (word(2, ordinal), word(2, ordinal + 1))
        guard start <= end, end <= UInt64(fieldCount) else { return 0..<0 }
        return Int(start)..<Int(end)
    }

    private func word(_ section: Int, _ index: Int) throws -> UInt64 {
        var value: UInt64 = 0
        try withUnsafeMutableBytes(of: &value) {
            try blocks.read(place(section, index..<index + 1, of: 8), into: $0)
        }
        return UInt64(littleEndian: value)
    }

    private func elements<Element: BitwiseCopyable>(
        _ type: Element.Type,
        _ section: Int,
        _ range: Range<Int>
    ) throws -> [Element] {
        try [Element](unsafeUninitializedCapacity: range.count) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(
                rebasing: UnsafeMutableRawBufferPointer(buffer)[
                    ..<(range.count * MemoryLayout<Element>.stride)
                ]
            )
            try blocks.read(place(section, range, of: MemoryLayout<Element>.stride), into: target)
            count = range.count
        }
    }

    private func place(_ section: Int, _ range: Range<Int>, of size: Int) -> Range<Int> {
        sections[section] + range.lowerBound * size..<sections[section] + range.upperBound * size
    }

    private func checked<Result>(_ body: () throws -> Result) throws(ShardError) -> Result {
        do {
            return try body()
        } catch {
            throw damage.note(.damagedIndex(index: path, reason: "\(error)"))
        }
    }
}

/// A section of an index and what it holds.
struct IndexSection<Element: BitwiseCopyable> {
    fileprivate let number: Int
}

extension IndexSection<UInt64> {
    static var identities: Self { Self(number: 1) }
    static var fieldStarts: Self { Self(number: 2) }
    static var keyStarts: Self { Self(number: 4) }
}

extension IndexSection<FieldRecord> {
    static var fields: Self { Self(number: 3) }
}

extension IndexSection<UInt8> {
    static var keys: Self { Self(number: 5) }
    static var text: Self { Self(number: 6) }
}
