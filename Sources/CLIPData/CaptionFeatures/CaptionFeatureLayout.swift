import Foundation
import LocalFiles

/// Where things lie in a file of caption features.
///
/// A 128-byte header of little-endian words, then the rows, then the entries of all captions in the order of ordinals, then for
/// each ordinal of the file, and the end, the number of its first entry, then what the file says of itself (JSON), then a
/// checksum for each block of 64 KiB behind the header. Each part begins on a multiple of eight bytes.
struct CaptionFeatureLayout: Equatable {
    static let magic: UInt64 = 0x0041_4546_5049_4C43  // "CLIPFEA\0"
    static let format = FormatVersion(1)
    static let headerBytes = 128

    var rowBytes: Int
    var rows: Int
    var entries: Int
    /// Ordinals of the file.
    var samples: Int
    /// Bytes of the JSON.
    var metadata: Int

    /// Where the entries begin.
    var entriesStart: Int { Self.aligned(Self.headerBytes + rows * rowBytes) }
    /// Where the numbers of the first entries begin.
    var startsStart: Int { entriesStart + entries * CaptionFeatureEntry.byteCount }
    /// Where the JSON begins.
    var metadataStart: Int { startsStart + (samples + 1) * 8 }
    /// Where checksums begin.
    var end: Int { Self.aligned(metadataStart + metadata) }
    /// The file's length.
    var byteCount: Int { end + BlockSums.count(of: end - Self.headerBytes) * 8 }

    static func aligned(_ bytes: Int) -> Int { (bytes + 7) / 8 * 8 }

    /// The header for a file with this content.
    func header(metadataHash: UInt64, sumsHash: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in [
            Self.magic, UInt64(Self.format.current), UInt64(entries), UInt64(metadata), metadataHash,
            UInt64(byteCount), sumsHash, UInt64(rows), UInt64(rowBytes), UInt64(samples),
        ] { bytes.append(word: word) }
        bytes += [UInt8](repeating: 0, count: Self.headerBytes - 8 - bytes.count)
        bytes.append(word: StableHash.of(bytes))
        return bytes
    }

    /// Reads numbers that a header with a right checksum holds; nil where they cannot be.
    init?(header: UnsafeRawBufferPointer, fileBytes: Int) {
        func count(_ number: Int) -> Int? {
            // None of them is larger than the file, so that the sums below cannot overflow.
            Int(exactly: header.word(number)).flatMap { (0...fileBytes).contains($0) ? $0 : nil }
        }
        guard let entries = count(2), let metadata = count(3), let rows = count(7), let rowBytes = count(8),
            let samples = count(9), !rows.multipliedReportingOverflow(by: max(rowBytes, 1)).overflow,
            rows * rowBytes <= fileBytes, header.word(5) == UInt64(fileBytes)
        else { return nil }
        self.init(rowBytes: rowBytes, rows: rows, entries: entries, samples: samples, metadata: metadata)
        guard byteCount == fileBytes else { return nil }
    }

    init(rowBytes: Int, rows: Int, entries: Int, samples: Int, metadata: Int) {
        self.rowBytes = rowBytes
        self.rows = rows
        self.entries = entries
        self.samples = samples
        self.metadata = metadata
    }
}
