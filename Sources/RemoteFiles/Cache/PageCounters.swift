/// How pages were come by.
public struct PageCounters: Sendable, Equatable {
    typealias Counter = WritableKeyPath<PageCounters, Int> & Sendable

    /// Pages that the cache had.
    public internal(set) var found = 0
    /// Pages that the server sent.
    public internal(set) var fetched = 0
    /// Pages in the cache with a wrong checksum, which were fetched anew.
    public internal(set) var damaged = 0
    /// Pages that could not be written to the cache, as on a full disk.
    public internal(set) var notKept = 0
}
