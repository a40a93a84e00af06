/// Remembers hashes and tells whether a new one is within a small Hamming distance of one of them.
///
/// Two hashes within `distance` bits agree in one of `distance + 1` bands, so each band has chains of the hashes with
/// the same bits. Memory is 8 bytes and 4 for each band and hash. In a chain longer than `chain`, which takes data made
/// to be slow, only the latest hashes are compared; `isComplete` tells.
struct NearDuplicateIndex {
    private static let heads = 1 << 16

    private let distance: Int
    private let chain: Int
    /// Whether every new hash was compared with all that could be near it.
    private(set) var isComplete = true
    private let bands: HashBands
    private var hashes: [UInt64] = []
    /// For each band, the last hash of each chain, plus one; 0 ends a chain.
    private var last: [[UInt32]]
    /// For each band and hash, the one before it in the chain, plus one.
    private var previous: [[UInt32]]

    init(distance: Int, chain: Int = 8192) {
        self.distance = distance
        self.chain = chain
        bands = HashBands(count: distance + 1)
        last = Array(repeating: Array(repeating: 0, count: Self.heads), count: distance + 1)
        previous = Array(repeating: [], count: distance + 1)
    }

    /// Adds a hash unless one is near.
    ///
    /// - Returns: Whether it was added.
    mutating func insert(_ hash: UInt64) -> Bool {
        let slots = bands.bands.indices.map { band in
            Int(CounterRandom.mix(bands.value(band, of: hash)) % UInt64(Self.heads))
        }
        for band in slots.indices {
            var entry = last[band][slots[band]]
            var rest = chain
            while entry != 0, rest > 0 {
                if (hashes[Int(entry) - 1] ^ hash).nonzeroBitCount <= distance { return false }
                entry = previous[band][Int(entry) - 1]
                rest -= 1
            }
            if entry != 0 { isComplete = false }
        }
        hashes.append(hash)
        for band in slots.indices {
            previous[band].append(last[band][slots[band]])
            last[band][slots[band]] = UInt32(hashes.count)
        }
        return true
    }
}
