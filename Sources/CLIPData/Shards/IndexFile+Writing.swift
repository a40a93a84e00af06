import Foundation
import Glibc
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
            IndexFile.magic, IndexFile.version, UInt64(identities.count), UInt64(fields.count),
            UInt64(keys.count), UInt64(json.count),
            json.withUnsafeBytes { IndexFile.hash($0[...]) }, UInt64(text.count),
            0, 0, 0, UInt64(total), 0, 0, 0,
        ]
        words.append(words.withUnsafeBytes { IndexFile.hash($0[...]) })

        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        guard let stream = fopen(temporary, "wb") else {
            throw .file(
                path: path,
                action: "write",
                reason: "\(FilePath.lastError); choose a place for the index that can be written to"
            )
        }
        var position = 0
        var isWritten = true
        func put(_ bytes: UnsafeRawBufferPointer, at start: Int) {
            let padding = [UInt8](repeating: 0, count: start - position)
            if !padding.isEmpty {
                isWritten = isWritten && fwrite(padding, 1, padding.count, stream) == padding.count
            }
            if let base = bytes.baseAddress, !bytes.isEmpty {
                isWritten = isWritten && fwrite(base, 1, bytes.count, stream) == bytes.count
            }
            position = start + bytes.count
        }
        words.withUnsafeBytes { put($0, at: 0) }
        json.withUnsafeBytes { put($0, at: starts[0]) }
        identities.withUnsafeBytes { put($0, at: starts[1]) }
        fieldStarts.withUnsafeBytes { put($0, at: starts[2]) }
        fields.withUnsafeBytes { put($0, at: starts[3]) }
        keyStarts.withUnsafeBytes { put($0, at: starts[4]) }
        keys.withUnsafeBytes { put($0, at: starts[5]) }
        text.withUnsafeBytes { put($0, at: starts[6]) }
        isWritten = isWritten && fflush(stream) == 0 && fsync(fileno(stream)) == 0
        var reason = FilePath.lastError
        isWritten = fclose(stream) == 0 && isWritten
        if isWritten {
            do {
                try DurableFile.rename(URL(fileURLWithPath: temporary), to: URL(fileURLWithPath: path))
            } catch {
                isWritten = false
                reason = SystemReason.text(of: error)
            }
        }
        guard isWritten else {
            unlink(temporary)
            throw .file(path: path, action: "write", reason: reason)
        }
    }
}
