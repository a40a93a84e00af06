import Foundation
import LocalFiles

/// An index on disk, mapped into memory.
///
/// A 128-byte header of little-endian words, then 8-byte-aligned sections: metadata (JSON), identities, field starts,
/// fields, key starts, keys, text. Opening checks the header, the metadata and the sections' bounds; what lies inside the
/// sections is checked when it is used.
struct IndexFile: Sendable {
    static let magic: UInt64 = 0x0058_4449_5049_4C43  // "CLIPIDX\0"
    static let format = FormatVersion(2)
    static let headerBytes = 128

    let metadata: IndexMetadata
    let sampleCount: Int
    let fieldCount: Int
    private let file: MappedFile
    private let sections: [Int]
    private let keyBytes: Int
    private let textBytes: Int

    /// Maps an index.
    ///
    /// - Throws: `ShardError.damagedIndex`, `.indexFormat` or `.file`.
    init(_ path: String) throws(ShardError) {
        let file = try MappedFile(path)
        func damaged(_ reason: String) -> ShardError { .damagedIndex(index: path, reason: reason) }
        guard file.bytes.count >= Self.headerBytes else { throw damaged("it is shorter than a header") }
        func word(_ index: Int) -> UInt64 {
            UInt64(littleEndian: file.bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        guard word(0) == Self.magic else { throw damaged("it does not start with CLIPIDX") }
        let isWhole = word(15) == StableHash.of(file.bytes[..<(Self.headerBytes - 8)])
        // One wrong bit in the number does not mean a newer version.
        guard isWhole || word(1) < Self.format.oldest else { throw damaged("the header's checksum is wrong") }
        do {
            try Self.format.check(word(1), of: path, remedy: "rebuild it with `clip data index --rebuild`")
        } catch {
            throw .indexFormat(error)
        }
        guard word(11) == UInt64(file.bytes.count) else {
            throw damaged("it has \(file.bytes.count) bytes, its header says \(word(11))")
        }
        // The header's checksum fits, so these are numbers that we wrote; bounds are checked all the same.
        guard let samples = Int(exactly: word(2)), let fields = Int(exactly: word(3)),
            let keyBytes = Int(exactly: word(4)), let metadataBytes = Int(exactly: word(5)),
            let textBytes = Int(exactly: word(7)),
            max(samples, fields, keyBytes, metadataBytes, textBytes) <= file.bytes.count
        else { throw damaged("its counts are larger than the file") }
        let sizes = [
            metadataBytes, samples * 8, (samples + 1) * 8, fields * 24, (samples + 1) * 8, keyBytes,
            textBytes,
        ]
        let starts = Self.sectionStarts(sizes)
        guard starts[6] + textBytes <= file.bytes.count else { throw damaged("its sections exceed the file") }
        let json = file.bytes[starts[0]..<starts[0] + metadataBytes]
        guard word(6) == StableHash.of(json) else {
            throw damaged("the checksum of its shard table is wrong")
        }
        do {
            metadata = try JSONDecoder().decode(IndexMetadata.self, from: Data(json))
        } catch {
            throw damaged("its shard table cannot be read")
        }
        guard metadata.isConsistent(samples: samples) else {
            throw damaged("its shard table does not add up to \(samples) samples")
        }
        self.file = file
        sampleCount = samples
        fieldCount = fields
        self.keyBytes = keyBytes
        self.textBytes = textBytes
        sections = starts
    }

    var identities: UnsafeBufferPointer<UInt64> { section(1, sampleCount) }
    var fieldStarts: UnsafeBufferPointer<UInt64> { section(2, sampleCount + 1) }
    var fields: UnsafeBufferPointer<FieldRecord> { section(3, fieldCount) }
    var keyStarts: UnsafeBufferPointer<UInt64> { section(4, sampleCount + 1) }
    var keys: UnsafeBufferPointer<UInt8> { section(5, keyBytes) }
    var text: UnsafeBufferPointer<UInt8> { section(6, textBytes) }

    /// A piece of the index's own text, or nil where the file's numbers make no sense.
    func text(of record: FieldRecord) -> FieldBytes? {
        guard record.offset <= UInt64(textBytes), UInt64(record.size) <= UInt64(textBytes) - record.offset
        else { return nil }
        let start = sections[6] + Int(record.offset)
        return FieldBytes(file, start..<start + Int(record.size))
    }

    /// A sample's fields; none where the file's numbers make no sense.
    func fields(of ordinal: Int) -> Slice<UnsafeBufferPointer<FieldRecord>> {
        let start = fieldStarts[ordinal]
        let end = fieldStarts[ordinal + 1]
        guard start <= end, end <= UInt64(fieldCount) else { return fields[0..<0] }
        return fields[Int(start)..<Int(end)]
    }

    /// A sample's key.
    func key(of ordinal: Int) -> String {
        let start = keyStarts[ordinal]
        let end = keyStarts[ordinal + 1]
        guard start <= end, end <= UInt64(keyBytes) else { return "?" }
        return String(decoding: keys[Int(start)..<Int(end)], as: UTF8.self)
    }

    private func section<Element>(_ number: Int, _ count: Int) -> UnsafeBufferPointer<Element> {
        let start = file.bytes.baseAddress.map { $0 + sections[number] }
        return UnsafeBufferPointer(start: start?.assumingMemoryBound(to: Element.self), count: count)
    }

    static func sectionStarts(_ sizes: [Int]) -> [Int] {
        var start = headerBytes
        return sizes.map { size in
            defer { start = (start + size + 7) / 8 * 8 }
            return start
        }
    }
}
