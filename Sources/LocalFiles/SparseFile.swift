public import Foundation

/// A large file of mostly zeros, read and written anywhere by system calls.
///
/// Space is taken page by page with the first write. It is not mapped: a store through a mapping ends the process
/// (SIGBUS) where the disk has no space for the page, in a memory file system a load does, too, and so does a byte that
/// somebody cut off. A call throws.
///
/// Not for use by several threads at a time.
public final class SparseFile {
    /// Where it lies.
    public private(set) var url: URL
    /// Its length.
    public private(set) var byteCount: Int
    private let file: OpenFile

    /// Makes a file of zeros, in place of another one under the name.
    ///
    /// - Throws: `POSIXError`.
    public init(creating url: URL, byteCount: Int) throws {
        self.url = url
        self.byteCount = byteCount
        // A new file rather than an emptied one: whoever has the old one open keeps it.
        guard unlink(url.path) == 0 || errno == ENOENT else { throw POSIXError.last }
        file = try OpenFile(url, flags: O_RDWR | O_CREAT | O_EXCL)
        try file.resize(to: byteCount)
    }

    /// Opens a file for reading and writing.
    ///
    /// - Throws: `POSIXError`; `EINVAL` for what is no regular file.
    public init(opening url: URL) throws {
        self.url = url
        file = try OpenFile(url, flags: O_RDWR)
        byteCount = try file.byteCount()
    }

    deinit { unlock() }

    /// Locks the file until `unlock` or the object's end; the kernel frees it if the process dies.
    ///
    /// - Throws: `POSIXError`; `EWOULDBLOCK` where another object or process holds the lock.
    public func lock() throws {
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else { throw POSIXError.last }
    }

    /// Frees the lock, also for a child process that was forked with it and has not closed it yet.
    public func unlock() {
        flock(file.descriptor, LOCK_UN)
    }

    /// Fills a buffer with the bytes from an offset on.
    ///
    /// - Throws: `POSIXError`; `EIO` where the file ends before.
    public func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < target.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
            let count = pread(file.descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            guard count != 0 else { throw POSIXError(.EIO) }
            guard count > 0 || errno == EINTR else { throw POSIXError.last }
            done += max(count, 0)
        }
    }

    /// Where the next bytes lie that were ever written, from an offset on; nil where only zeros follow.
    ///
    /// - Returns: The offset itself where the file system does not say.
    /// - Throws: `POSIXError`.
    public func nextData(from offset: Int) throws -> Int? {
        let found = lseek(file.descriptor, off_t(offset), Self.seekData)
        if found >= 0 { return Int(found) }
        switch errno {
        case ENXIO: return nil
        case EINVAL, ENOTSUP: return offset
        default: throw POSIXError.last
        }
    }

    /// `SEEK_DATA`, which the C library declares under a condition.
    private static let seekData: Int32 = 3

    /// Writes bytes inside the present length.
    ///
    /// - Throws: `POSIXError`, as `ENOSPC` on a full disk; a part may have been written then.
    public func write(_ source: UnsafeRawBufferPointer, at offset: Int) throws {
        precondition(offset >= 0 && source.count <= byteCount - offset, "write outside \(url.path)")
        var done = 0
        while done < source.count {
            let rest = UnsafeRawBufferPointer(rebasing: source[done...])
            let count = pwrite(file.descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            guard count >= 0 || errno == EINTR else { throw POSIXError.last }
            done += max(count, 0)
        }
    }

    /// Makes the file longer by zeros.
    ///
    /// - Throws: `POSIXError`.
    public func grow(to byteCount: Int) throws {
        guard byteCount > self.byteCount else { return }
        try file.resize(to: byteCount)
        self.byteCount = byteCount
    }

    /// Gives the file another name, in place of what lies there.
    ///
    /// - Throws: `POSIXError`.
    public func rename(to target: URL) throws {
        try DurableFile.rename(url, to: target)
        url = target
    }

    /// Waits until what was written is on the disk.
    ///
    /// - Throws: `POSIXError`.
    public func synchronize() throws { try file.synchronize() }
}
