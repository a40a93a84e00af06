/// Where pages came from.
public struct PageCounters: Sendable, Equatable, CustomStringConvertible {
    typealias Counter = WritableKeyPath<PageCounters, Int> & Sendable

    /// Pages that the cache had; one counts each time it is read.
    public internal(set) var found = 0
    /// Pages that the server sent.
    public internal(set) var fetched = 0
    /// Pages in the cache with a wrong checksum, which were fetched anew.
    public internal(set) var damaged = 0
    /// Pages that could not be written to the cache, as on a full disk.
    public internal(set) var notKept = 0

    /// One line for people.
    public var description: String {
        var parts = ["\(found) pages found", "\(fetched) fetched"]
        if damaged > 0 { parts.append("\(damaged) damaged") }
        if notKept > 0 { parts.append("\(notKept) not kept for want of room") }
        return parts.joined(separator: ", ")
    }
}
