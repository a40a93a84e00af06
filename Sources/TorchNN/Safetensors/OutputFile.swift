import Foundation
import LocalFiles

/// A new file that is written from start to end and then takes another's place.
final class OutputFile {
    private let path: String
    private var descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SafetensorsError.Problem.lastSystemError("create \(path)") }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func write(_ data: Data) throws { try data.withUnsafeBytes { try write($0) } }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let slice = UnsafeRawBufferPointer(rebasing: rest)
            let written = Foundation.write(descriptor, slice.baseAddress, slice.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw SafetensorsError.Problem.lastSystemError("write \(path)")
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Waits until the bytes are on the disk, then renames.
    func finish(as target: URL) throws {
        guard fsync(descriptor) == 0 else { throw SafetensorsError.Problem.lastSystemError("write \(path)") }
        let result = close(descriptor)
        descriptor = -1
        guard result == 0 else { throw SafetensorsError.Problem.lastSystemError("write \(path)") }
        do {
            try DurableFile.rename(URL(fileURLWithPath: path), to: target)
        } catch {
            throw SafetensorsError.Problem.system(
                operation: "rename \(path) to \(target.path)",
                reason: SystemReason.text(of: error)
            )
        }
    }
}
