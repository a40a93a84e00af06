import Foundation

extension DurableFile {
    /// Makes a file under a name of its own beside its place, and gives it its name when all of it is on the disk.
    ///
    /// Whatever fails, nothing half made stays behind, and an earlier file stays as it was.
    /// - Parameters:
    ///   - path: Where the file goes.
    ///   - write: Writes it, by a descriptor for reading and writing.
    /// - Throws: `POSIXError`, and what `write` throws.
    public static func make(_ path: String, _ write: (_ descriptor: Int32) throws -> Void) throws {
        let part = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let descriptor = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw POSIXError.last }
        defer {
            close(descriptor)
            unlink(part)
        }
        try write(descriptor)
        guard fsync(descriptor) == 0 else { throw POSIXError.last }
        try rename(URL(fileURLWithPath: part), to: URL(fileURLWithPath: path))
    }
}
