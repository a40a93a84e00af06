import Foundation
import LocalFiles

extension IndexContents {
    /// Writes the index beside its final place and renames it, so that readers see the old or the new one.
    ///
    /// - Throws: `ShardError.file`.
    func write(to path: String) throws(ShardError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(metadata) else {
            throw .file(path: path, action: "write", reason: "its shard table cannot be encoded")
        }
        let sizes = [
            json.count, identities.count * 8, fieldStarts.count * 8, fields.count * 24,
            keyStarts.count * 8, keys.count, text.count,
        ]
        let starts = IndexLayout.sectionStarts(sizes)
        let end = (starts[6] + text.count + 7) / 8 * 8
        let total = end + BlockSums.count(of: end - IndexFile.headerBytes) * 8
        var words: [UInt64] = [
            IndexFile.magic, UInt64(IndexFile.format.current), UInt64(identities.count), UInt64(fields.count),
            UInt64(keys.count), UInt64(json.count),
            StableHash.of(json), UInt64(text.count),
            0, UInt64(end), identities.withUnsafeBytes { ContentHash.of($0) }, UInt64(total), 0, 0, 0,
        ]

        do {
            try DurableFile.make(path) { descriptor in
                let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
                var position = IndexFile.headerBytes
                var blocks = BlockSums()
                func put(_ bytes: UnsafeRawBufferPointer, at start: Int) throws {
                    let gap = [UInt8](repeating: 0, count: start - position)
                    gap.withUnsafeBytes { blocks.combine($0) }
                    blocks.combine(bytes)
                    try file.write(contentsOf: gap)
                    try file.write(contentsOf: bytes)
                    position = start + bytes.count
                }
                // The header comes last, when the checksums are known.
                try file.write(contentsOf: [UInt8](repeating: 0, count: IndexFile.headerBytes))
                try json.withUnsafeBytes { try put($0, at: starts[0]) }
                try identities.withUnsafeBytes { try put($0, at: starts[1]) }
                try fieldStarts.withUnsafeBytes { try put($0, at: starts[2]) }
                try fields.withUnsafeBytes { try put($0, at: starts[3]) }
                try keyStarts.withUnsafeBytes { try put($0, at: starts[4]) }
                try keys.withUnsafeBytes { try put($0, at: starts[5]) }
                try text.withUnsafeBytes { try put($0, at: starts[6]) }
                try put(UnsafeRawBufferPointer(start: nil, count: 0), at: end)
                let sums = blocks.finish()
                try sums.withUnsafeBytes { try file.write(contentsOf: $0) }
                words[8] = sums.withUnsafeBytes { ContentHash.of($0) }
                words.append(words.withUnsafeBytes { StableHash.of($0) })
                try file.seek(toOffset: 0)
                try words.withUnsafeBytes { try file.write(contentsOf: $0) }
            }
        } catch {
            let reason = SystemReason.text(of: error)
            throw .file(
                path: path,
                action: "write",
                reason: "\(reason); choose a place for the index that can be written to"
            )
        }
    }
}
