import Foundation
package import Torch

/// A whole file in memory, private to this process: writes go to copies of its pages, never to the file.
///
/// `@unchecked Sendable` because the last view of a tensor may let go of it on any thread, and nothing here
/// changes after `init`.
package final class FileMapping: @unchecked Sendable {
    /// All of it.
    package let bytes: UnsafeMutableRawBufferPointer

    /// Maps a regular file of at least eight bytes.
    package init(path: String) throws(SafetensorsError.Problem) {
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

    /// A part as a tensor: a view that keeps the mapping alive.
    ///
    /// Elements that the file holds at an address unfit for their type are copied instead.
    package func tensor(_ range: Range<Int>, shape: [Int], dtype: DType) throws -> Tensor {
        guard !range.isEmpty else { return try Tensor.zeros(shape, dtype: dtype) }
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[range])
        guard let address = part.baseAddress else { return try Tensor.zeros(shape, dtype: dtype) }
        guard Int(bitPattern: address) % dtype.byteCount == 0 else {
            return try Tensor.copying(bytes: UnsafeRawBufferPointer(part), shape: shape, dtype: dtype)
        }
        return try Tensor.viewing(address, owner: self, shape: shape, dtype: dtype)
    }
}

extension SafetensorsError.Problem {
    /// The reason that the system has just given.
    static func lastSystemError(_ operation: String) -> Self {
        .system(operation: operation, reason: String(cString: strerror(errno)))
    }
}
