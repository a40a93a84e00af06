import Foundation
import LocalFiles

/// What stands behind the rows of a file of caption features.
struct CaptionFeatureTail {
    /// Gives each caption of the file in the order of ordinals; called twice.
    typealias Captions = (_ body: (CaptionFeatureChunk.Caption) throws -> Void) throws -> Void

    /// Writes bytes at a place.
    let write: (UnsafeRawBufferPointer, Int) throws -> Void

    /// Writes all but the rows, the header last.
    ///
    /// - Parameters:
    ///   - header: Of the work; rows and unreadable sources are counted in it, captions are not.
    ///   - sums: The checksums of the rows.
    /// - Returns: The header with all counts.
    func write(
        _ header: CaptionFeatureHeader,
        sums: BlockSums,
        captions: Captions
    ) throws -> CaptionFeatureHeader {
        var header = header
        let rowsEnd = CaptionFeatureLayout.headerBytes + header.rows * header.rowBytes
        var stream = ByteStream(position: rowsEnd, sums: sums, write: write)
        try stream.pad()
        var last: (ordinal: Int, source: Int)?
        try captions { caption in
            try stream.append { $0.append(caption.entry) }
            let source = caption.entry.source
            header.captions += 1
            header.sources[source].captions += 1
            if last?.ordinal != caption.ordinal || last?.source != source {
                header.sources[source].samples += 1
            }
            last = (caption.ordinal, source)
        }
        // The number of the first caption of each ordinal, and of the end.
        var (next, count) = (header.ordinals.lowerBound, 0)
        try captions { caption in
            while next <= caption.ordinal {
                try stream.append { $0.append(word: UInt64(count)) }
                next += 1
            }
            count += 1
        }
        while next <= header.ordinals.upperBound {
            try stream.append { $0.append(word: UInt64(count)) }
            next += 1
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(header)
        try stream.append { $0 += json }
        try stream.pad()
        let table = try stream.finish().flatMap { sum in withUnsafeBytes(of: sum.littleEndian) { Array($0) } }
        let layout = CaptionFeatureLayout(
            rowBytes: header.rowBytes,
            rows: header.rows,
            entries: header.captions,
            samples: header.ordinals.count,
            metadata: json.count
        )
        try table.withUnsafeBytes { try write($0, layout.end) }
        let head = layout.header(
            metadataHash: StableHash.of(json),
            sumsHash: table.withUnsafeBytes { ContentHash.of($0) }
        )
        try head.withUnsafeBytes { try write($0, 0) }
        return header
    }
}

/// Bytes that follow each other in a file, with the checksums of its blocks.
private struct ByteStream {
    private static let bufferSize = 1 << 20

    private var position: Int
    private var sums: BlockSums
    private var buffer: [UInt8] = []
    private let write: (UnsafeRawBufferPointer, Int) throws -> Void

    init(position: Int, sums: BlockSums, write: @escaping (UnsafeRawBufferPointer, Int) throws -> Void) {
        self.position = position
        self.sums = sums
        self.write = write
    }

    mutating func append(_ add: (inout [UInt8]) -> Void) throws {
        add(&buffer)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Fills up with zeros to a multiple of eight bytes.
    mutating func pad() throws {
        let end = position + buffer.count
        try append { $0 += [UInt8](repeating: 0, count: CaptionFeatureLayout.aligned(end) - end) }
    }

    mutating func finish() throws -> [UInt64] {
        try flush()
        return sums.finish()
    }

    private mutating func flush() throws {
        try buffer.withUnsafeBytes { try write($0, position) }
        buffer.withUnsafeBytes { sums.combine($0) }
        position += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }
}
