import Foundation
import LocalFiles

@testable import CLIPData

/// Files of ours with checksums, as somebody would write them who knows the format.
enum CheckedFile {
    /// Makes all checksums of a file fit that has sections from byte 128 on and checksums from `end` on.
    static func seal(_ data: inout Data, end: Int, sumsWord: Int) throws {
        var sums = BlockSums()
        data[128..<end].withUnsafeBytes { sums.combine($0) }
        let table = sums.finish().withUnsafeBytes { Data($0) }
        data.replaceSubrange(end..., with: table)
        put(table.withUnsafeBytes { ContentHash.of($0) }, sumsWord, in: &data)
        seal(&data)
    }

    /// Makes the checksum of the header fit.
    static func seal(_ data: inout Data) {
        put(data.prefix(120).withUnsafeBytes { StableHash.of($0) }, 15, in: &data)
    }

    static func word(_ number: Int, of data: Data) -> UInt64 {
        data.withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: number * 8, as: UInt64.self))
        }
    }

    static func put(_ value: UInt64, _ word: Int, in data: inout Data) {
        withUnsafeBytes(of: value.littleEndian) { data.replaceSubrange(word * 8..<word * 8 + 8, with: $0) }
    }

    /// Rewrites an index as format 2: without checksums of blocks, hashes of texts and times of folders.
    static func makeOld(index path: String) throws {
        let contents = try IndexContents(IndexFile(path))
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        var metadata = contents.metadata
        for number in metadata.shards.indices {
            if metadata.shards[number].kind == .tar || metadata.shards[number].kind == .folder {
                metadata.shards[number].version.contentHash = nil
            }
            metadata.shards[number].version.times = nil
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(metadata)
        let size = { (bytes: Int) in (bytes + 7) / 8 * 8 }
        let end = Int(word(9, of: data))
        let rest = data[(128 + size(Int(word(5, of: data))))..<end]
        data = data.prefix(128) + json + Data(count: size(json.count) - json.count) + rest
        let text = contents.text.count
        data = data.dropLast(size(text) - text)
        for (number, value) in [1: 2, 5: json.count, 8: 0, 9: 0, 11: data.count] {
            put(UInt64(value), number, in: &data)
        }
        put(StableHash.of(json), 6, in: &data)
        seal(&data)
        try data.write(to: URL(fileURLWithPath: path))
    }
}
