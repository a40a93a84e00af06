import Foundation

/// A whole file in memory, private to this process: writes go to copies of its pages, never to the file.
///
/// `@unchecked Sendable` because the last view of a tensor may let go of it on any thread, and nothing here
/// changes after `init`.
final class FileMapping: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(path: String) throws(SafetensorsError.Problem) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .lastSystemError("open the file") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .lastSystemError("read the file's size") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .system(operation: "read", reason: "it is no regular file")
        }
        let count = Int(status.st_size)
        guard count >= 8 else { throw .truncated(found: count, expected: 8) }
        guard
            let address = mmap(
                nil,
                count,
                PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_NORESERVE,
                descriptor,
                0
            ),
            address != MAP_FAILED
        else { throw .lastSystemError("map the file") }
        bytes = UnsafeMutableRawBufferPointer(start: address, count: count)
    }

    deinit {
        munmap(bytes.baseAddress, bytes.count)
    }
}

extension SafetensorsError.Problem {
    /// The reason that the system has just given.
    static func lastSystemError(_ operation: String) -> Self {
        .system(operation: operation, reason: String(cString: strerror(errno)))
    }
}
