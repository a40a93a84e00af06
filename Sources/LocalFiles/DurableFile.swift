public import Foundation

/// Writes that are on the disk when they return.
public enum DurableFile {
    /// Replaces a file whole: readers see the old content or the new one.
    ///
    /// - Throws: The system's error; the old content stays then.
    public static func replace(_ file: URL, with data: Data) throws {
        let part = file.deletingLastPathComponent().appending(path: ".\(file.lastPathComponent).partial")
        do {
            try data.write(to: part)
            try synchronize(part)
            try rename(part, to: file)
        } catch {
            try? FileManager.default.removeItem(at: part)
            throw error
        }
    }

    /// Renames within one file system and makes the new name durable.
    ///
    /// - Throws: `POSIXError`.
    public static func rename(_ source: URL, to target: URL) throws {
        guard Foundation.rename(source.path, target.path) == 0 else { throw POSIXError.last }
        try synchronize(target.deletingLastPathComponent())
    }

    /// Waits until a file's bytes, or a directory's names, are on the disk.
    ///
    /// - Throws: `POSIXError`.
    public static func synchronize(_ file: URL) throws {
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError.last }
        defer { close(descriptor) }
        // Some file systems cannot synchronise directories; that is no failure of the write.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw POSIXError.last }
    }
}
