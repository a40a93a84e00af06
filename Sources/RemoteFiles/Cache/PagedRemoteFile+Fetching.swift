import Synchronization

extension PagedRemoteFile {
    /// The longest range that is asked for at once.
    private static let requestBytes = 8 << 20

    /// Fetches what nobody else is fetching, then waits for what others fetch.
    func bring(_ pages: [Int], store: PageStore?, stop: StopSignal?) throws -> [Int: [UInt8]] {
        var found: [Int: [UInt8]] = [:]
        var (mine, others) = claim(pages)
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
                if let failure {
                    .failure(failure)
                } else {
                    Result { try fetch(run, store: store, stop: stop) }
                }
            if case .failure(let error) = result { failure = failure ?? error }
            // Only what is in the cache or failed may leave the list of flights.
            flights.withLock { flights in for page in run { flights[page] = nil } }
            for (page, flight) in mine where run.contains(page) {
                flight.finish(result.map { $0[page] ?? [] })
            }
            if case .success(let pages) = result { found.merge(pages) { $1 } }
        }
        if let failure { throw failure }
        var again: [Int] = []
        for (page, flight) in others {
            if let bytes = try flight.wait(stop) { found[page] = bytes } else { again.append(page) }
        }
        if !again.isEmpty {
            // With a client that is shut down, this throws.
            found.merge(try bring(again, store: store, stop: stop)) { $1 }
        }
        return found
    }

    private typealias Claims = [(page: Int, flight: Flight<[UInt8]>)]

    /// The pages that this call has to fetch, and those that other threads fetch.
    private func claim(_ pages: [Int]) -> (mine: Claims, others: Claims) {
        flights.withLock { flights in
            var (mine, others): (Claims, Claims) = ([], [])
            for page in pages {
                if let flight = flights[page] {
                    others.append((page, flight))
                } else {
                    let flight = Flight<[UInt8]>()
                    flights[page] = flight
                    mine.append((page, flight))
                }
            }
            return (mine, others)
        }
    }

    private func fetch(_ run: ClosedRange<Int>, store: PageStore?, stop: StopSignal?) throws -> [Int: [UInt8]]
    {
        let range =
            layout.bytes(ofPage: run.lowerBound).lowerBound..<layout.bytes(ofPage: run.upperBound).upperBound
        let bytes = try remote.read(range, stop: stop)
        count(\.fetched, run.count)
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
        if let store, (try? write(bytes, page: page, to: store)) != nil { return }
        count(\.notKept)
    }

    private func write(_ bytes: ArraySlice<UInt8>, page: Int, to store: PageStore) throws {
        // A block of the table besides.
        let growth = cache.maximumGrowth(from: 0, to: bytes.count) + cache.maximumGrowth(from: 0, to: 1)
        try cache.change(place, adding: growth, minimumGrowth: { store.spaceAdded(by: page) }) {
            try store.write(bytes, page: page)
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
