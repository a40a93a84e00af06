public import Foundation

/// A file that only grows, by one system call for each piece.
///
/// If the process is killed inside `append`, the file ends with a beginning of the piece, which may be all or none
/// of it. Not for use by several threads at a time.
public final class AppendedFile {
    /// Where it lies.
    public let url: URL
    /// Its length, without what a failed call left.
    public private(set) var byteCount: Int
    private let file: OpenFile
    /// Whether half a piece stands behind `byteCount`.
    private var isTorn = false

    /// Opens a file to append to it.
    ///
    /// - Throws: `POSIXError`; `EINVAL` for what is no regular file.
    public init(opening url: URL) throws {
        self.url = url
        file = try OpenFile(url, flags: O_WRONLY | O_APPEND)
        byteCount = try file.byteCount()
    }

    /// Appends all bytes or none.
    ///
    /// - Throws: `POSIXError`, as `ENOSPC` on a full disk.
    public func append(_ source: UnsafeRawBufferPointer) throws {
        if isTorn { try file.resize(to: byteCount) }
        // Until all is written, for whatever reason.
        isTorn = true
        var done = 0
        while done < source.count {
            let rest = UnsafeRawBufferPointer(rebasing: source[done...])
            let written = write(file.descriptor, rest.baseAddress, rest.count)
            guard written >= 0 || errno == EINTR else {
                let error = POSIXError.last
                isTorn = (try? file.resize(to: byteCount)) == nil
                throw error
            }
            done += max(written, 0)
        }
        byteCount += source.count
        isTorn = false
    }

    /// Waits until what was appended is on the disk.
    ///
    /// - Throws: `POSIXError`.
    public func synchronize() throws { try file.synchronize() }
}
