import Foundation
import LocalFiles

/// Where the parts of an index lie, by its header.
struct IndexLayout {
    let format: Int
    let samples: Int
    let fields: Int
    let keyBytes: Int
    let textBytes: Int
    let byteCount: Int
    /// Where the sections start.
    let starts: [Int]
    let metadata: IndexMetadata
    let blocks: CheckedBlocks
    let file: SharedFile
    /// The checksum of all identities; nil for a format without it.
    let identitiesHash: UInt64?

    /// No index is larger; sums of larger numbers might overflow.
    private static let largest = 1 << 48

    /// Opens an index and reads its header and metadata.
    ///
    /// - Parameter isSalvage: Whether only what is read here has to be whole, so that the rest may be damaged or missing.
    /// - Throws: `ShardError.damagedIndex`, `.foreignIndex`, `.indexFormat` or `.file`.
    init(_ path: String, isSalvage: Bool = false) throws(ShardError) {
        func damaged(_ reason: String) -> ShardError { .damagedIndex(index: path, reason: reason) }
        let file: SharedFile
        do {
            file = try SharedFile(reading: URL(fileURLWithPath: path))
            byteCount = try file.byteCount()
        } catch {
            let isOther = SystemReason.number(of: error) == EINVAL
            let reason = isOther ? "it is not a regular file" : SystemReason.text(of: error)
            throw .file(path: path, action: "open", reason: reason)
        }
        func bytes(_ range: Range<Int>) throws(ShardError) -> [UInt8] {
            try Self.bytes(range, of: file, path)
        }
        let header = try bytes(0..<IndexFile.headerBytes)
        func word(_ index: Int) -> UInt64 {
            header.withUnsafeBytes {
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
        }
        // One bit that is off in the mark is damage; anything else there is another kind of file.
        let mark = withUnsafeBytes(of: IndexFile.magic.littleEndian) { [UInt8]($0) }
        guard
            header.count < 8
                ? mark.starts(with: header) : (word(0) ^ IndexFile.magic).nonzeroBitCount <= 1
        else { throw .foreignIndex(path: path) }
        guard header.count == IndexFile.headerBytes else { throw damaged("it is shorter than a header") }
        let isWhole = word(15) == StableHash.of(header[..<(IndexFile.headerBytes - 8)])
        // One wrong bit in the number does not mean a newer version.
        guard isWhole || word(0) == IndexFile.magic && word(1) < IndexFile.format.oldest else {
            throw damaged("the header's checksum is wrong")
        }
        do {
            try IndexFile.format.check(
                word(1),
                of: path,
                remedy: "rebuild it with `clip data index --rebuild`"
            )
        } catch {
            throw .indexFormat(error)
        }
        format = Int(word(1))
        guard isSalvage || word(11) == UInt64(byteCount) else {
            throw damaged("it has \(byteCount) bytes, its header says \(word(11))")
        }
        // The header's checksum fits, so these are numbers that we wrote; bounds are checked all the same.
        let end = Int(exactly: word(format < 3 ? 11 : 9)) ?? -1
        guard let samples = Int(exactly: word(2)), let fields = Int(exactly: word(3)),
            let keyBytes = Int(exactly: word(4)), let metadataBytes = Int(exactly: word(5)),
            let textBytes = Int(exactly: word(7)), end >= IndexFile.headerBytes,
            end <= (isSalvage ? Self.largest : byteCount),
            max(samples, fields, keyBytes, metadataBytes, textBytes) <= end
        else { throw damaged("its counts are larger than the file") }
        starts = Self.sectionStarts([
            metadataBytes, samples * 8, (samples + 1) * 8, fields * 24, (samples + 1) * 8, keyBytes,
            textBytes,
        ])
        guard starts[6] + textBytes <= end else { throw damaged("its sections exceed the file") }
        let covered = IndexFile.headerBytes..<min(end, byteCount)
        var sums: [UInt64]?
        if format >= 3, !isSalvage {
            guard byteCount - end == BlockSums.count(of: covered.count) * 8 else {
                throw damaged("its checksums are not as many as its blocks")
            }
            let table = try bytes(end..<byteCount)
            guard table.withUnsafeBytes({ ContentHash.of($0) }) == word(8) else {
                throw damaged("the checksum of its checksums is wrong")
            }
            sums = table.withUnsafeBytes { table in
                (0..<table.count / 8).map {
                    UInt64(littleEndian: table.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
                }
            }
        }
        blocks = CheckedBlocks(file, covered, sums: sums)
        // They have checksums of their own, so that damage beside them leaves them.
        let json = try bytes(starts[0]..<starts[0] + metadataBytes)
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
        self.samples = samples
        self.file = file
        identitiesHash = format < 3 ? nil : word(10)
        self.fields = fields
        self.keyBytes = keyBytes
        self.textBytes = textBytes
    }

    /// The identities of all samples as they stand in the file, if they have their checksum, whatever else is damaged.
    static func identities(of path: String) -> [UInt64]? {
        guard let layout = try? IndexLayout(path, isSalvage: true) else { return nil }
        let place = layout.starts[1]..<layout.starts[1] + layout.samples * 8
        guard let bytes = try? bytes(place, of: layout.file, path), bytes.count == place.count,
            bytes.withUnsafeBytes({ ContentHash.of($0) }) == layout.identitiesHash
        else { return nil }
        return bytes.withUnsafeBytes { bytes in
            (0..<layout.samples).map {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
            }
        }
    }

    /// Bytes of the file without a look at their checksums; fewer where it ends.
    private static func bytes(
        _ range: Range<Int>,
        of file: SharedFile,
        _ path: String
    ) throws(ShardError) -> [UInt8] {
        do {
            return try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
                let target = UnsafeMutableRawBufferPointer(buffer)
                count = try file.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: target[..<range.count]),
                    at: range.lowerBound
                )
            }
        } catch {
            throw .file(path: path, action: "read", reason: SystemReason.text(of: error))
        }
    }

    /// Where sections of some sizes start.
    static func sectionStarts(_ sizes: [Int]) -> [Int] {
        var start = IndexFile.headerBytes
        return sizes.map { size in
            defer { start = (start + size + 7) / 8 * 8 }
            return start
        }
    }
}
