import Foundation

/// Holds the lock of a run directory for as long as it lives; the kernel frees it if the process dies.
final class RunLock: Sendable {
    private let descriptor: Int32

    /// Locks a file, which is made where there is none.
    ///
    /// Throws `RunDirectoryError.inUse` where another process, or another lock of this one, holds it.
    init(_ file: URL, run: String) throws {
        let descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw RunDirectoryError.system(
                operation: "lock",
                path: file.path,
                reason: String(cString: strerror(errno))
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            guard reason == EWOULDBLOCK else {
                let text = String(cString: strerror(reason))
                throw RunDirectoryError.system(operation: "lock", path: file.path, reason: text)
            }
            throw Self.inUse(file, run)
        }
        self.descriptor = descriptor
        // For the message above only; the lock itself is the kernel's.
        let owner = Array("process \(getpid())".utf8)
        _ = ftruncate(descriptor, 0)
        _ = owner.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    deinit { close(descriptor) }

    /// Refuses a run whose lock somebody holds; takes it for no longer than the call, and changes nothing.
    ///
    /// Throws `RunDirectoryError.inUse`.
    static func check(_ file: URL, run: String) throws {
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            throw inUse(file, run)
        }
    }

    private static func inUse(_ file: URL, _ run: String) -> RunDirectoryError {
        let owner = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return .inUse(path: run, owner: owner.isEmpty ? "unknown" : owner)
    }
}
