import Foundation
import LocalFiles
import Synchronization

/// Pages of one version of one remote file in a sparse file: a table of checksums, then each page at its place.
///
/// Threads and processes read it at once without a lock; whoever changes it holds the cache's. A page counts only if its
/// bytes have its checksum, so what a crash left half written is not there. A change first takes the page's entry out of
/// the table, then touches the bytes, and no entry comes back: bytes that were checked once and are read again are still
/// right where the entry, read after them, is the same.
struct PageStore {
    /// "CLCPAPG" and the digit of the format. A file of another format is made again: a cache holds nothing that cannot be
    /// brought once more.
    private static let magic: UInt64 = 0x0047_5041_5043_4C43 | UInt64(48 + format.current) << 56
    private static let format = FormatVersion(1)
    /// Tells the files apart that threads make at one time.
    private static let made = Atomic(0)

    let layout: Layout
    private let file: SharedFile

    /// Opens what another call made.
    ///
    /// - Throws: `POSIXError`; `EINVAL` for what is no such file.
    init(opening url: URL) throws {
        let file = try SharedFile(opening: url)
        var header = [UInt64](repeating: 0, count: 3)
        let count = try header.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        guard count == 24, header[0] == Self.magic, header[1] < 1 << 50, (4096...64 << 20).contains(header[2])
        else {
            throw POSIXError(.EINVAL)
        }
        self.file = file
        layout = Layout(byteCount: Int(header[1]), pageBytes: Int(header[2]))
        guard try file.byteCount() == layout.start + layout.byteCount else { throw POSIXError(.EINVAL) }
    }

    /// Opens or makes the file for a layout, under the cache's lock; what has another one is replaced.
    init(_ url: URL, layout: Layout) throws {
        if let present = try? PageStore(opening: url), present.layout == layout {
            self = present
            return
        }
        // Made aside and renamed, so that nobody sees half a header.
        let part = url.deletingPathExtension().appendingPathExtension(
            "\(getpid()).\(Self.made.add(1, ordering: .relaxed).newValue).new"
        )
        defer { unlink(part.path) }
        let file = try SharedFile(opening: part, creates: true)
        try file.resize(to: layout.start + layout.byteCount)
        let header = [Self.magic, UInt64(layout.byteCount), UInt64(layout.pageBytes)]
        try header.withUnsafeBytes { try file.write($0, at: 0) }
        guard rename(part.path, url.path) == 0 else { throw POSIXError.last }
        self.file = file
        self.layout = layout
    }

    /// The pages that are there by the table, in order.
    func entries() -> [(page: Int, entry: Entry)] {
        var found: [(page: Int, entry: Entry)] = []
        let step = 4096
        var buffer = [UInt64](repeating: 0, count: 2 * step)
        for first in stride(from: 0, to: layout.pageCount, by: step) {
            let count = min(step, layout.pageCount - first)
            let offset = Self.headerBytes + first * Self.entryBytes
            let bytes = buffer.withUnsafeMutableBytes {
                (try? file.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: $0[..<(count * 16)]),
                    at: offset
                )) ?? 0
            }
            for place in 0..<bytes / 16 where buffer[2 * place + 1] != 0 {
                let entry = Entry(checksum: buffer[2 * place], time: buffer[2 * place + 1])
                found.append((first + place, entry))
            }
        }
        return found
    }

    /// What is found under a page's number.
    enum Lookup {
        /// The page, and the mark of its entry.
        case bytes([UInt8], mark: UInt64)
        case absent
        case damaged
    }

    /// Reads a page and checks it.
    func read(_ page: Int) throws -> Lookup {
        guard let entry = try entry(page) else { return .absent }
        let range = layout.bytes(ofPage: page)
        let bytes = try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            count = try file.read(
                into: UnsafeMutableRawBufferPointer(buffer),
                at: layout.start + range.lowerBound
            )
        }
        guard bytes.count == range.count, Self.checksum(bytes[...], page: page) == entry.checksum else {
            return .damaged
        }
        return .bytes(bytes, mark: entry.mark)
    }

    /// Reads some of a page's bytes, which were checked when its entry had a mark.
    ///
    /// - Parameter range: The bytes, counted in the remote file.
    /// - Returns: Whether they still are those bytes; otherwise what is in `target` means nothing.
    func read(_ range: Range<Int>, of page: Int, mark: UInt64, into target: UnsafeMutableRawBufferPointer)
        throws
        -> Bool
    {
        guard try file.read(into: target, at: layout.start + range.lowerBound) == range.count else {
            return false
        }
        // After the bytes: a change takes the entry out before it touches them.
        return try entry(page)?.mark == mark
    }

    func entry(_ page: Int) throws -> Entry? {
        var words = (checksum: UInt64(0), time: UInt64(0))
        let count = try withUnsafeMutableBytes(of: &words) {
            try file.read(into: $0, at: Self.headerBytes + page * Self.entryBytes)
        }
        guard count == Self.entryBytes, words.time != 0 else { return nil }
        return Entry(checksum: words.checksum, time: words.time)
    }

    /// Writes a page, under the cache's lock; the checksum last.
    func write(_ bytes: ArraySlice<UInt8>, page: Int) throws {
        let range = layout.bytes(ofPage: page)
        precondition(bytes.count == range.count, "page \(page) has \(range.count) bytes")
        try put(Entry(checksum: 0, time: 0), page: page)
        try bytes.withUnsafeBytes { try file.write($0, at: layout.start + range.lowerBound) }
        try put(Entry(checksum: Self.checksum(bytes, page: page), time: Self.now()), page: page)
    }

    /// Forgets a page and gives its space back, under the cache's lock.
    func remove(_ page: Int) throws {
        try put(Entry(checksum: 0, time: 0), page: page)
        let range = layout.bytes(ofPage: page)
        let place = layout.start + range.lowerBound
        do {
            try file.punch(place..<place + layout.spaceOfPage(page))
        } catch let error as POSIXError where error.code == .EOPNOTSUPP {
            // Without holes, all pages go at once, and the table before them.
            try file.resize(to: Self.headerBytes)
            try file.resize(to: layout.start + layout.byteCount)
        }
    }

    private func put(_ entry: Entry, page: Int) throws {
        let words = [entry.checksum, entry.time]
        try words.withUnsafeBytes { try file.write($0, at: Self.headerBytes + page * Self.entryBytes) }
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>, page: Int) -> UInt64 {
        bytes.withUnsafeBytes { ContentHash.of($0, seed: UInt64(page)) }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
