import Glibc

/// A file's content mapped read-only into memory; unmapped when the last reference goes.
///
/// @unchecked because of the pointer only: the memory is never written and lives as long as the object.
public final class MappedFile: @unchecked Sendable {
    /// The path it was opened by.
    public let path: String
    /// The whole content.
    public let bytes: UnsafeRawBufferPointer

    /// Maps a file.
    ///
    /// - Throws: `ShardError.file` with the system's reason.
    public init(_ path: String) throws(ShardError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .file(path: path, action: "open", reason: FilePath.lastError)
        }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else {
            throw .file(path: path, action: "read", reason: FilePath.lastError)
        }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw .file(path: path, action: "map", reason: "it is not a regular file")
        }
        let count = Int(info.st_size)
        if count == 0 {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
            throw .file(path: path, action: "map", reason: FilePath.lastError)
        }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        if let start = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
        }
    }
}
