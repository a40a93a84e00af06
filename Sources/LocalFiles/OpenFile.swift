import Foundation

/// An open file; closed when the last reference goes.
final class OpenFile: Sendable {
    let descriptor: Int32

    /// Opens a regular file.
    ///
    /// - Throws: `POSIXError`; `EINVAL` for what is no regular file.
    init(_ url: URL, flags: Int32) throws {
        // Without O_NONBLOCK, a pipe under the name would wait for its other end.
        descriptor = open(url.path, flags | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else { throw POSIXError.last }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else {
            let error = POSIXError.last
            close(descriptor)
            throw error
        }
        guard info.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw POSIXError(.EINVAL)
        }
    }

    deinit { close(descriptor) }

    /// The file's length.
    func byteCount() throws -> Int {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw POSIXError.last }
        return Int(info.st_size)
    }

    /// Sets the file's length; what is added reads as zeros and takes no space.
    func resize(to count: Int) throws {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw POSIXError.last }
    }

    /// Waits until the content is on the disk.
    func synchronize() throws {
        guard fdatasync(descriptor) == 0 else { throw POSIXError.last }
    }
}
