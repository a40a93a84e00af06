import Foundation
import LocalFiles
import Synchronization

/// A remote file that is read anywhere, through pages in the cache.
///
/// Missing pages that are neighbours come by one request, and a page that several threads want comes once. Calls block and
/// may come from any number of threads; processes that use the same folder share the pages.
public final class PagedRemoteFile: Sendable {
    /// The file behind the pages.
    public let remote: RemoteFile
    /// Its length.
    public let byteCount: Int
    private let cache: RemoteCache
    private let layout: PageStore.Layout
    private let place: URL
    private let flights = Mutex<[Int: PageFlight]>([:])
    private let counted = Mutex(PageCounters())

    /// The longest range that is asked for at once.
    private static let requestBytes = 8 << 20

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
        layout = PageStore.Layout(byteCount: byteCount, pageBytes: cache.settings.pageBytes)
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

    /// What was found in the cache and what was not.
    public var counters: PageCounters { counted.withLock { $0 } }

    /// The bytes of a range.
    ///
    /// - Returns: Exactly `range.count` bytes.
    /// - Throws: ``RemoteError``.
    public func read(_ range: Range<Int>) throws -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else {
            throw RemoteError.outside(source: remote.name, range: range, byteCount: byteCount)
        }
        guard !range.isEmpty else { return [] }
        let wanted = range.lowerBound / layout.pageBytes...(range.upperBound - 1) / layout.pageBytes
        let store = try? PageStore(place, layout: layout)
        var found: [Int: [UInt8]] = [:]
        var missing: [Int] = []
        for page in wanted {
            if let bytes = present(page, in: store) { found[page] = bytes } else { missing.append(page) }
        }
        if !missing.isEmpty { try bring(missing, store: store, into: &found) }
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        for page in wanted {
            guard let bytes = found[page] else {
                preconditionFailure("page \(page) was neither found nor brought")
            }
            let part = layout.bytes(ofPage: page).clamped(to: range)
            let start = page * layout.pageBytes
            result.append(contentsOf: bytes[(part.lowerBound - start)..<(part.upperBound - start)])
        }
        return result
    }

    private func present(_ page: Int, in store: PageStore?, countsDamage: Bool = true) -> [UInt8]? {
        let lookup = (try? store?.read(page)) ?? .absent
        return counted.withLock { counters in
            switch lookup {
            case .bytes(let bytes):
                counters.found += 1
                return bytes
            case .damaged:
                if countsDamage { counters.damaged += 1 }
                return nil
            case .absent: return nil
            }
        }
    }

    /// Fetches what nobody else is fetching, then waits for what others fetch.
    private func bring(_ pages: [Int], store: PageStore?, into found: inout [Int: [UInt8]]) throws {
        var mine: [(page: Int, flight: PageFlight)] = []
        var others: [(page: Int, flight: PageFlight)] = []
        flights.withLock { flights in
            for page in pages {
                if let flight = flights[page] {
                    others.append((page, flight))
                } else {
                    let flight = PageFlight()
                    flights[page] = flight
                    mine.append((page, flight))
                }
            }
        }
        mine.removeAll { page, flight in
            // Somebody may have brought it between our look and our claim.
            guard let bytes = present(page, in: store, countsDamage: false) else { return false }
            found[page] = bytes
            flights.withLock { $0[page] = nil }
            flight.finish(.success(bytes))
            return true
        }
        var failure: (any Error)?
        for run in Self.runs(mine.map(\.page), limit: max(1, Self.requestBytes / layout.pageBytes)) {
            let result: Result<[Int: [UInt8]], any Error> =
                if let failure { .failure(failure) } else { Result { try fetch(run, store: store) } }
            if case .failure(let error) = result { failure = failure ?? error }
            // Only what is in the cache or failed may leave the list of flights.
            flights.withLock { flights in for page in run { flights[page] = nil } }
            for (page, flight) in mine where run.contains(page) {
                flight.finish(result.map { $0[page] ?? [] })
            }
            if case .success(let pages) = result { found.merge(pages) { $1 } }
        }
        if let failure { throw failure }
        for (page, flight) in others { found[page] = try flight.wait() }
    }

    private func fetch(_ run: ClosedRange<Int>, store: PageStore?) throws -> [Int: [UInt8]] {
        let range =
            layout.bytes(ofPage: run.lowerBound).lowerBound..<layout.bytes(ofPage: run.upperBound).upperBound
        let bytes = try remote.read(range)
        counted.withLock { $0.fetched += run.count }
        var pages: [Int: [UInt8]] = [:]
        for page in run {
            let part = layout.bytes(ofPage: page)
            let slice = bytes[(part.lowerBound - range.lowerBound)..<(part.upperBound - range.lowerBound)]
            keep(slice, page: page, store: store)
            pages[page] = Array(slice)
        }
        return pages
    }

    /// Writes a page to the cache; where that is not possible, reading goes on without.
    private func keep(_ bytes: ArraySlice<UInt8>, page: Int, store: PageStore?) {
        // A block of the table besides.
        let space = layout.spaceOfPage(page) + 4096
        do {
            guard let store else { throw POSIXError(.EIO) }
            try cache.reserve(space)
            defer { cache.settle(space) }
            do {
                try store.write(bytes, page: page)
            } catch {
                cache.release(space)
                throw error
            }
        } catch {
            counted.withLock { $0.notKept += 1 }
        }
    }

    private static func runs(_ pages: [Int], limit: Int) -> [ClosedRange<Int>] {
        var runs: [ClosedRange<Int>] = []
        for page in pages {
            if let last = runs.last, last.upperBound + 1 == page, last.count < limit {
                runs[runs.count - 1] = last.lowerBound...page
            } else {
                runs.append(page...page)
            }
        }
        return runs
    }
}

/// How pages were come by.
public struct PageCounters: Sendable, Equatable {
    /// Pages that the cache had.
    public internal(set) var found = 0
    /// Pages that the server sent.
    public internal(set) var fetched = 0
    /// Pages in the cache with a wrong checksum, which were fetched anew.
    public internal(set) var damaged = 0
    /// Pages that could not be written to the cache, as on a full disk.
    public internal(set) var notKept = 0
}

/// A page on its way.
///
/// @unchecked because `result` is guarded by `condition`, which the compiler cannot see.
final class PageFlight: @unchecked Sendable {
    private let condition = NSCondition()
    private var result: Result<[UInt8], any Error>?

    func finish(_ result: Result<[UInt8], any Error>) {
        condition.lock()
        self.result = result
        condition.broadcast()
        condition.unlock()
    }

    func wait() throws -> [UInt8] {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result { return try result.get() }
            condition.wait()
        }
    }
}
