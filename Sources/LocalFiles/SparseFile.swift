public import Foundation

/// A large file of mostly zeros that is read through a mapping and written by system calls.
///
/// Space is taken page by page with the first write. A store through the mapping would end the process (SIGBUS)
/// where the disk has no space for a page; `write` throws. Both see the same bytes at once on a local file system.
/// Nobody else may shorten the file while it is open: reading a byte that is gone ends the process.
///
/// Not for use by several threads at a time.
public final class SparseFile {
    /// Where it lies.
    public private(set) var url: URL
    /// Its whole content as it is now; valid until the file grows or the object goes.
    public private(set) var bytes: UnsafeRawBufferPointer
    private let file: OpenFile
    private let isSequential: Bool

    /// Makes a file of zeros, in place of another one under the name.
    ///
    /// - Throws: `POSIXError`.
    public init(creating url: URL, byteCount: Int) throws {
        self.url = url
        // A new file rather than an emptied one: whoever has the old one mapped keeps it.
        guard unlink(url.path) == 0 || errno == ENOENT else { throw POSIXError.last }
        file = try OpenFile(url, flags: O_RDWR | O_CREAT | O_EXCL)
        try file.resize(to: byteCount)
        isSequential = false
        bytes = try Self.map(file, byteCount, isSequential: false)
    }

    /// Opens a file for reading and writing.
    ///
    /// - Parameter isSequential: Whether it is read from end to end, so that reading ahead helps.
    /// - Throws: `POSIXError`; `EINVAL` for what is no regular file.
    public init(opening url: URL, isSequential: Bool = false) throws {
        self.url = url
        self.isSequential = isSequential
        file = try OpenFile(url, flags: O_RDWR)
        bytes = try Self.map(file, file.byteCount(), isSequential: isSequential)
    }

    deinit {
        // Children of a fork hold the file for a moment, and the lock would last as long as they do.
        flock(file.descriptor, LOCK_UN)
        Self.unmap(bytes)
    }

    /// Locks the file for as long as the object lives; the kernel frees it if the process dies.
    ///
    /// - Throws: `POSIXError`; `EWOULDBLOCK` where another object or process holds the lock.
    public func lock() throws {
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else { throw POSIXError.last }
    }

    /// Writes bytes inside the present length.
    ///
    /// - Throws: `POSIXError`, as `ENOSPC` on a full disk; a part may have been written then.
    public func write(_ source: UnsafeRawBufferPointer, at offset: Int) throws {
        precondition(offset >= 0 && source.count <= bytes.count - offset, "write outside \(url.path)")
        var done = 0
        while done < source.count {
            let rest = UnsafeRawBufferPointer(rebasing: source[done...])
            let written = pwrite(file.descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            guard written >= 0 || errno == EINTR else { throw POSIXError.last }
            done += max(written, 0)
        }
    }

    /// Makes the file longer by zeros.
    ///
    /// - Throws: `POSIXError`; the old mapping stays then.
    public func grow(to byteCount: Int) throws {
        guard byteCount > bytes.count else { return }
        try file.resize(to: byteCount)
        let longer = try Self.map(file, byteCount, isSequential: isSequential)
        Self.unmap(bytes)
        bytes = longer
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

    private static func map(_ file: OpenFile, _ count: Int, isSequential: Bool) throws
        -> UnsafeRawBufferPointer
    {
        guard count > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, file.descriptor, 0), start != MAP_FAILED
        else { throw POSIXError.last }
        // Records of a shuffled data set: reading ahead would fetch what nobody asks for.
        if !isSequential { madvise(start, count, MADV_RANDOM) }
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    private static func unmap(_ bytes: UnsafeRawBufferPointer) {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }
}
