import Foundation
import LocalFiles

/// Features of captions on disk, of which only what is asked for is read.
///
/// Opening checks the header and what the file says of itself; a block is compared with its checksum when something in it is
/// first used. Threads may read at a time.
public struct CaptionFeatureFile: Sendable {
    /// Where it lies.
    public let path: String
    /// What it says of itself.
    public let header: CaptionFeatureHeader
    /// Its size in bytes.
    public var byteCount: Int { layout.byteCount }
    let layout: CaptionFeatureLayout
    private let blocks: CheckedBlocks

    /// Opens a file.
    ///
    /// - Throws: ``CaptionFeatureError``; `ShardError.file`.
    public init(_ path: String) throws {
        guard FilePath.kind(of: path) != nil else { throw CaptionFeatureError.noFiles(pattern: path) }
        func damaged(_ reason: String) -> CaptionFeatureError { .damaged(path: path, reason: reason) }
        let file: SharedFile
        let byteCount: Int
        do {
            file = try SharedFile(reading: URL(fileURLWithPath: path))
            byteCount = try file.byteCount()
        } catch {
            if SystemReason.number(of: error) == EINVAL { throw CaptionFeatureError.foreign(path: path) }
            throw ShardError.file(path: path, action: "read", reason: SystemReason.text(of: error))
        }
        func bytes(_ range: Range<Int>) throws -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: range.count)
            let count = try bytes.withUnsafeMutableBytes { target in
                do {
                    return try file.read(into: target, at: range.lowerBound)
                } catch {
                    let reason = SystemReason.text(of: error)
                    throw ShardError.file(path: path, action: "read", reason: reason)
                }
            }
            return Array(bytes[..<count])
        }
        let head = try bytes(0..<CaptionFeatureLayout.headerBytes)
        let layout = try Self.layout(of: path, head, byteCount)
        let table = try bytes(layout.end..<byteCount)
        guard table.withUnsafeBytes({ ContentHash.of($0) }) == head.withUnsafeBytes({ $0.word(6) }) else {
            throw damaged("its checksums are not those that were written")
        }
        let sums = table.withUnsafeBytes { table in (0..<table.count / 8).map { table.word($0) } }
        blocks = CheckedBlocks(file, CaptionFeatureLayout.headerBytes..<layout.end, sums: sums)
        let json = try bytes(layout.metadataStart..<layout.metadataStart + layout.metadata)
        guard StableHash.of(json) == head.withUnsafeBytes({ $0.word(4) }),
            let header = try? JSONDecoder().decode(CaptionFeatureHeader.self, from: Data(json)),
            header.isPossible, header.rowBytes == layout.rowBytes, header.rows == layout.rows,
            header.captions == layout.entries, header.ordinals.count == layout.samples
        else { throw damaged("what it says of itself cannot be read") }
        self.path = path
        self.header = header
        self.layout = layout
    }

    private static func layout(
        of path: String,
        _ head: [UInt8],
        _ byteCount: Int
    ) throws -> CaptionFeatureLayout {
        try head.withUnsafeBytes { bytes in
            // The header is written last.
            if bytes.count < 8 || bytes.allSatisfy({ $0 == 0 }) {
                throw path.hasSuffix(CaptionFeatureWork.rowsSuffix)
                    ? CaptionFeatureError.unfinished(path: path) : CaptionFeatureError.foreign(path: path)
            }
            if bytes.word(0) == CaptionFeatureJournal.magic {
                throw CaptionFeatureError.unfinished(path: path)
            }
            guard (bytes.word(0) ^ CaptionFeatureLayout.magic).nonzeroBitCount <= 1 else {
                throw CaptionFeatureError.foreign(path: path)
            }
            guard bytes.count == CaptionFeatureLayout.headerBytes,
                bytes.word(15) == StableHash.of(bytes[..<(CaptionFeatureLayout.headerBytes - 8)])
            else {
                throw CaptionFeatureError.damaged(path: path, reason: "its header is not what was written")
            }
            do throws(UnreadableFormat) {
                try CaptionFeatureLayout.format.check(
                    bytes.word(1),
                    of: path,
                    remedy: "make it anew with `clip embed captions`"
                )
            } catch {
                throw CaptionFeatureError.format(error)
            }
            guard let layout = CaptionFeatureLayout(header: bytes, fileBytes: byteCount) else {
                let expected = bytes.word(5)
                throw CaptionFeatureError.damaged(
                    path: path,
                    reason: expected == UInt64(byteCount)
                        ? "its header makes no sense" : "it has \(byteCount) of \(expected) bytes"
                )
            }
            return layout
        }
    }

    /// Reads and checks all of it.
    ///
    /// - Throws: ``CaptionFeatureError/damaged(path:reason:)``; `ShardError.file` where reading fails.
    public func verify() throws { try checked { try blocks.requireAll() } }

    /// The captions of a sample, in the order of sources.
    ///
    /// - Throws: ``CaptionFeatureError/damaged(path:reason:)``; `ShardError.file` where reading fails.
    func entries(of ordinal: Int) throws -> [CaptionFeatureEntry] {
        guard header.ordinals.contains(ordinal) else { return [] }
        return try checked {
            let place = layout.startsStart + (ordinal - header.ordinals.lowerBound) * 8
            var bounds: (UInt64, UInt64) = (0, 0)
            try withUnsafeMutableBytes(of: &bounds) { try blocks.read(place..<place + 16, into: $0) }
            let (first, last) = (UInt64(littleEndian: bounds.0), UInt64(littleEndian: bounds.1))
            guard first <= last, last <= UInt64(layout.entries) else { throw Nonsense.entries }
            return try entries(Int(first)..<Int(last))
        }
    }

    /// Entries by their numbers.
    func entries(_ range: Range<Int>) throws -> [CaptionFeatureEntry] {
        try checked {
            let size = CaptionFeatureEntry.byteCount
            let start = layout.entriesStart
            return try [CaptionFeatureEntry](unsafeUninitializedCapacity: range.count) { buffer, count in
                let target = UnsafeMutableRawBufferPointer(buffer)
                try blocks.read(
                    start + range.lowerBound * size..<start + range.upperBound * size,
                    into: UnsafeMutableRawBufferPointer(rebasing: target[..<(range.count * size)])
                )
                count = range.count
            }
        }
    }

    /// The features in a row.
    func row(_ row: Int) throws -> [Float] {
        guard row < layout.rows else {
            throw CaptionFeatureError.damaged(path: path, reason: "\(Nonsense.row)")
        }
        return try checked {
            try header.type.numbers(header.width) { try blocks.read(place(ofRows: row..<row + 1), into: $0) }
        }
    }

    /// The bytes of some rows.
    func bytes(ofRows rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
        try checked { try blocks.read(place(ofRows: rows), into: target) }
    }

    private func place(ofRows rows: Range<Int>) -> Range<Int> {
        let start = CaptionFeatureLayout.headerBytes
        return start + rows.lowerBound * layout.rowBytes..<start + rows.upperBound * layout.rowBytes
    }

    private enum Nonsense: String, Error, CustomStringConvertible {
        case entries = "it names captions that are not there"
        case row = "it names a row that is not there"
        var description: String { rawValue }
    }

    private func checked<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw Self.failure(error, of: path)
        }
    }

    /// What a failed look into a file says of it.
    static func failure(_ error: any Error, of path: String) -> any Error {
        switch error {
        case is CaptionFeatureError: error
        // A disk or network that fails for now is no damage.
        case BlockFault.system(let error):
            ShardError.file(path: path, action: "read", reason: SystemReason.text(of: error))
        default: CaptionFeatureError.damaged(path: path, reason: "\(error)")
        }
    }
}
