import Crypto
import Foundation
import Glibc

/// A new file that is written once, front to back, and hashed on the way.
final class OutputFile {
    private static let bufferSize = 1 << 20

    let path: String
    private(set) var byteCount = 0
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private var hash = SHA256()

    /// - Throws: `ShardError.file` where the file exists or cannot be made.
    init(creating path: String) throws(ShardError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .file(path: path, action: "create", reason: FilePath.lastError)
        }
        buffer.reserveCapacity(Self.bufferSize + 1 << 16)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func write(_ bytes: some Collection<UInt8>) throws(ShardError) {
        buffer.append(contentsOf: bytes)
        byteCount += bytes.count
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Brings everything to the disk and returns the content's SHA-256 in hexadecimal.
    func finish() throws(ShardError) -> String {
        try flush()
        guard fsync(descriptor) == 0 else { throw failure }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw failure }
        return hash.finalize().map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private func flush() throws(ShardError) {
        hash.update(data: buffer)
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure }
            written += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private var failure: ShardError { .file(path: path, action: "write", reason: FilePath.lastError) }
}
