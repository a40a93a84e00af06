import Foundation

/// Writes that are on the disk when they return.
enum DurableFile {
    /// Replaces a file whole: readers see the old content or the new one.
    static func replace(_ file: URL, with data: Data) throws {
        let part = file.deletingLastPathComponent().appending(path: ".\(file.lastPathComponent).partial")
        do {
            try data.write(to: part)
            try synchronize(part)
            try rename(part, to: file)
        } catch {
            try? FileManager.default.removeItem(at: part)
            throw RunDirectoryError.system(
                operation: "write",
                path: file.path,
                reason: SystemReason.text(of: error)
            )
        }
    }

    /// Renames within one file system and makes the new name durable.
    static func rename(_ source: URL, to target: URL) throws {
        guard Foundation.rename(source.path, target.path) == 0 else { throw lastError() }
        try synchronize(target.deletingLastPathComponent())
    }

    /// Waits until a file's bytes, or a directory's names, are on the disk.
    static func synchronize(_ file: URL) throws {
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw lastError() }
        defer { close(descriptor) }
        // Some file systems cannot synchronise directories; that is no failure of the write.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw lastError() }
    }

    private static func lastError() -> POSIXError {
        POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
}
