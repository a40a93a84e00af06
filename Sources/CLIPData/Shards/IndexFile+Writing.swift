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
        let starts = IndexFile.sectionStarts(sizes)
        let total = starts[6] + text.count
        var words: [UInt64] = [
            IndexFile.magic, UInt64(IndexFile.format.current), UInt64(identities.count), UInt64(fields.count),
            UInt64(keys.count), UInt64(json.count),
            StableHash.of(json), UInt64(text.count),
            0, 0, 0, UInt64(total), 0, 0, 0,
        ]
        words.append(words.withUnsafeBytes { StableHash.of($0) })

        do {
            try DurableFile.make(path) { descriptor in
                let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
                var position = 0
                func put(_ bytes: UnsafeRawBufferPointer, at start: Int) throws {
                    try file.write(contentsOf: [UInt8](repeating: 0, count: start - position))
                    try file.write(contentsOf: bytes)
                    position = start + bytes.count
                }
                try words.withUnsafeBytes { try put($0, at: 0) }
                try json.withUnsafeBytes { try put($0, at: starts[0]) }
                try identities.withUnsafeBytes { try put($0, at: starts[1]) }
                try fieldStarts.withUnsafeBytes { try put($0, at: starts[2]) }
                try fields.withUnsafeBytes { try put($0, at: starts[3]) }
                try keyStarts.withUnsafeBytes { try put($0, at: starts[4]) }
                try keys.withUnsafeBytes { try put($0, at: starts[5]) }
                try text.withUnsafeBytes { try put($0, at: starts[6]) }
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
