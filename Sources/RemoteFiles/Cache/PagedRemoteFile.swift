import Foundation
import LocalFiles
import Synchronization

/// A remote file that is read anywhere, through pages in the cache.
///
/// Missing pages that are neighbours come by one request, and a page that several threads want comes once. A page of the
/// cache is checked when it is first read, and again when it was changed since. Calls block and may come from any number
/// of threads; processes that use the same folder share the pages.
public final class PagedRemoteFile: Sendable {
    /// The file behind the pages.
    public let remote: RemoteFile
    /// Its length.
    public let byteCount: Int
    let cache: RemoteCache
    let layout: PageStore.Layout
    let flights = Mutex<[Int: Flight<[UInt8]>]>([:])
    let place: URL
    private let counted = Mutex(PageCounters())
    /// The mark of each page's entry when the page was checked; 0 for those that were not.
    private let checked: Mutex<[UInt64]>

    /// Sets up reading; pages of other versions of the file are removed.
    ///
    /// - Throws: ``RemoteError/noRanges(url:)`` where the server sends whole files only.
    public init(_ remote: RemoteFile, cache: RemoteCache) throws {
        guard remote.servesRanges, let byteCount = remote.byteCount else {
            throw RemoteError.noRanges(url: remote.name)
        }
        self.remote = remote
        self.cache = cache
        self.byteCount = byteCount
        let layout = PageStore.Layout(byteCount: byteCount, pageBytes: cache.settings.pageBytes)
        self.layout = layout
        checked = Mutex([])
        let folder = cache.pages.appending(
            path: ContentHash.of(Location.http(remote.url).identity).hexadecimal
        )
        let version = ContentHash.of("\(remote.version) pages of \(layout.pageBytes)").hexadecimal
        place = folder.appending(path: "\(version).pages")
        try RemoteError.local(folder.path, "create") {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        // Whoever has one open keeps it until the end of the call.
        for file in CacheListing.names(in: folder, ending: ".pages")
        where file.lastPathComponent != place.lastPathComponent {
            try? FileManager.default.removeItem(at: file)
        }
    }

    /// Where the pages of this file came from.
    var counters: PageCounters { counted.withLock { $0 } }

    /// The bytes of a range.
    ///
    /// - Parameters:
    ///   - range: Which bytes of the file.
    ///   - stop: Ends the call.
    /// - Returns: Exactly `range.count` bytes.
    /// - Throws: ``RemoteError``.
    public func read(_ range: Range<Int>, stop: StopSignal? = nil) throws -> [UInt8] {
        // Before the memory is taken.
        try check(range)
        return try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(buffer)
            try read(range, into: UnsafeMutableRawBufferPointer(rebasing: target[..<range.count]), stop: stop)
            count = range.count
        }
    }

    /// Writes the bytes of a range to memory of that size.
    ///
    /// - Parameters:
    ///   - range: Which bytes of the file.
    ///   - target: Where they go.
    ///   - stop: Ends the call.
    /// - Throws: ``RemoteError``; what is in the memory means nothing then.
    public func read(
        _ range: Range<Int>,
        into target: UnsafeMutableRawBufferPointer,
        stop: StopSignal? = nil
    ) throws {
        try check(range)
        precondition(target.count == range.count, "memory of \(target.count) bytes for \(range.count)")
        guard !range.isEmpty else { return }
        func part(_ page: Int) -> (bytes: Range<Int>, target: UnsafeMutableRawBufferPointer) {
            let bytes = layout.bytes(ofPage: page).clamped(to: range)
            let start = bytes.lowerBound - range.lowerBound
            return (bytes, UnsafeMutableRawBufferPointer(rebasing: target[start..<start + bytes.count]))
        }
        let store = openStore()
        var missing: [Int] = []
        for page in range.lowerBound / layout.pageBytes...(range.upperBound - 1) / layout.pageBytes {
            let (bytes, target) = part(page)
            if try !readPresent(bytes, of: page, in: store, into: target) { missing.append(page) }
        }
        guard !missing.isEmpty else { return }
        for (page, content) in try bring(missing, store: store, stop: stop) {
            let (bytes, target) = part(page)
            let start = bytes.lowerBound - page * layout.pageBytes
            target.copyBytes(from: content[start..<start + bytes.count])
        }
    }

    private func check(_ range: Range<Int>) throws {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else {
            throw RemoteError.outside(source: remote.name, range: range, byteCount: byteCount)
        }
    }

    /// The file of pages; nil where there is no room for one, or no way to write it.
    private func openStore() -> PageStore? {
        if let store = try? PageStore(opening: place), store.layout == layout { return store }
        return try? cache.change(
            place,
            adding: cache.maximumGrowth(from: 0, to: 1),
            minimumGrowth: { CacheListing.space(of: place) == 0 ? DiskBlock.byteCount : .min }
        ) { try PageStore(place, layout: layout) }
    }

    /// Reads a part of a page that the cache has; false where it has not.
    private func readPresent(
        _ bytes: Range<Int>,
        of page: Int,
        in store: PageStore?,
        into target: UnsafeMutableRawBufferPointer
    ) throws -> Bool {
        let mark = checked.withLock { $0.isEmpty ? 0 : $0[page] }
        if mark != 0, (try? store?.read(bytes, of: page, mark: mark, into: target)) == true {
            count(\.found)
            return true
        }
        guard let content = present(page, in: store) else { return false }
        let start = bytes.lowerBound - page * layout.pageBytes
        target.copyBytes(from: content[start..<start + bytes.count])
        return true
    }

    /// A whole page that the cache has, checked.
    func present(_ page: Int, in store: PageStore?, countsDamage: Bool = true) -> [UInt8]? {
        switch (try? store?.read(page)) ?? .absent {
        case .bytes(let bytes, let mark):
            checked.withLock { checked in
                if checked.isEmpty { checked = Array(repeating: 0, count: layout.pageCount) }
                checked[page] = mark
            }
            count(\.found)
            return bytes
        case .damaged:
            if countsDamage { count(\.damaged) }
            return nil
        case .absent: return nil
        }
    }

    func count(_ counter: any PageCounters.Counter, _ pages: Int = 1) {
        counted.withLock { $0[keyPath: counter] += pages }
        cache.count(counter, pages)
    }
}
