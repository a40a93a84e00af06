public import Foundation

/// A file that threads and processes read and write at the same time, by system calls at given places.
///
/// It is not mapped, for the reasons that ``SparseFile`` gives. Nothing orders overlapping reads and writes: whoever
/// shares bytes this way checks what was read, or holds the lock.
public final class SharedFile: Sendable {
    /// How a file is locked against other objects and processes.
    public enum Lock: Sendable {
        /// Together with others that hold it shared.
        case shared
        /// Alone.
        case exclusive
    }

    /// Where it was opened.
    public let url: URL
    private let file: OpenFile

    /// Opens a file for reading and writing.
    ///
    /// - Parameters:
    ///   - url: Its place.
    ///   - creates: Whether an empty file is made where there is none.
    /// - Throws: `POSIXError`; `EINVAL` for what is no regular file.
    public init(opening url: URL, creates: Bool = false) throws {
        self.url = url
        file = try OpenFile(url, flags: O_RDWR | (creates ? O_CREAT : 0))
    }

    /// Opens a file that is only read.
    ///
    /// - Throws: `POSIXError`; `EINVAL` for what is no regular file.
    public init(reading url: URL) throws {
        self.url = url
        file = try OpenFile(url, flags: O_RDONLY)
    }

    /// The file's length.
    ///
    /// - Throws: `POSIXError`.
    public func byteCount() throws -> Int { try file.byteCount() }

    /// Reads from an offset on; fewer bytes than asked for only where the file ends.
    ///
    /// - Returns: The number of bytes read.
    /// - Throws: `POSIXError`.
    public func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        var done = 0
        while done < target.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
            let count = pread(file.descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if count == 0 { break }
            guard count > 0 || errno == EINTR else { throw POSIXError.last }
            done += max(count, 0)
        }
        return done
    }

    /// Writes bytes at an offset; the file grows where they reach beyond its end.
    ///
    /// - Throws: `POSIXError`, as `ENOSPC` on a full disk; a part may have been written then.
    public func write(_ source: UnsafeRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < source.count {
            let rest = UnsafeRawBufferPointer(rebasing: source[done...])
            let count = pwrite(file.descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            guard count >= 0 || errno == EINTR else { throw POSIXError.last }
            done += max(count, 0)
        }
    }

    /// Sets the file's length; what is added reads as zeros and takes no space.
    ///
    /// - Throws: `POSIXError`.
    public func resize(to count: Int) throws { try file.resize(to: count) }

    /// Lends the open file to calls that are not here; it must not be closed.
    public func withDescriptor<Result>(_ body: (Int32) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(file) { try body(file.descriptor) }
    }

    /// Takes the lock if nobody else holds it; the kernel frees it with the object or the process.
    ///
    /// - Returns: Whether it was taken.
    /// - Throws: `POSIXError`.
    public func tryLock(_ lock: Lock) throws -> Bool {
        if flock(file.descriptor, (lock == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK || errno == EINTR else { throw POSIXError.last }
        return false
    }

    /// Takes the lock, and waits until it is free.
    ///
    /// - Throws: `POSIXError`.
    public func lock(_ lock: Lock) throws {
        while flock(file.descriptor, lock == .shared ? LOCK_SH : LOCK_EX) != 0 {
            guard errno == EINTR else { throw POSIXError.last }
        }
    }

    /// Frees the lock.
    public func unlock() { flock(file.descriptor, LOCK_UN) }

    /// Whether the name it was opened under still stands for this file.
    public var isInPlace: Bool {
        var mine = stat()
        var named = stat()
        return fstat(file.descriptor, &mine) == 0 && stat(url.path, &named) == 0
            && mine.st_ino == named.st_ino && mine.st_dev == named.st_dev
    }

    /// Sets the time of modification to now.
    ///
    /// - Throws: `POSIXError`.
    public func touch() throws {
        guard futimens(file.descriptor, nil) == 0 else { throw POSIXError.last }
    }

    /// Waits until what was written is on the disk.
    ///
    /// - Throws: `POSIXError`.
    public func synchronize() throws { try file.synchronize() }
}
