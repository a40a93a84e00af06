import Foundation

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
        guard rename(path, target.path) == 0 else {
            throw SafetensorsError.Problem.lastSystemError("rename \(path) to \(target.path)")
        }
        // The new name must be on the disk too. Some file systems cannot synchronise directories.
        let directory = open(target.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else { return }
        defer { close(directory) }
        guard fsync(directory) == 0 || errno == EINVAL else {
            throw SafetensorsError.Problem.lastSystemError("synchronise the folder of \(target.path)")
        }
    }
}
