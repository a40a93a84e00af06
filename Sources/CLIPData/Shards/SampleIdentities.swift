/// Gives the samples of a container their identities, in order: hashes of the container's path and their keys.
struct SampleIdentities {
    private let place: StableHash
    /// How often each key came.
    private(set) var seen: [String: UInt64]

    /// - Parameters:
    ///   - path: The container's path in its index.
    ///   - seen: How often each key came in earlier parts of the container.
    init(of path: String, seen: [String: UInt64] = [:]) {
        var place = StableHash()
        place.combine(path)
        place.combine(byte: 0)
        self.place = place
        self.seen = seen
    }

    mutating func reserve(_ samples: Int) { seen.reserveCapacity(seen.count + samples) }

    /// The identity of the next sample, and whether its key came before.
    mutating func next(_ key: String) -> (identity: UInt64, isRepeated: Bool) {
        let earlier = seen[key, default: 0]
        seen[key] = earlier + 1
        var hash = place
        hash.combine(key)
        if earlier > 0 { hash.combine(earlier) }
        return (hash.value, earlier > 0)
    }
}
