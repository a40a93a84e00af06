/// Makes repeated keys different by a number, so that no sample hides another; some 16 bytes for each key.
struct PackKeys {
    /// The number that the next sample with a key gets, by the key's hash.
    private var next: [UInt64: Int] = [:]

    /// The key, or one made of it that was not given out before.
    mutating func distinct(_ key: String) -> String {
        let hash = StableHash.of(key)
        guard var number = next[hash] else {
            next[hash] = 2
            return key
        }
        var candidate = "\(key)-\(number)"
        while next[StableHash.of(candidate)] != nil {
            number += 1
            candidate = "\(key)-\(number)"
        }
        // Starting from 2 each time would make very many equal keys slow.
        next[hash] = number + 1
        next[StableHash.of(candidate)] = 2
        return candidate
    }
}
