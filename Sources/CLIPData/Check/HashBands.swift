/// A 64-bit hash cut into bands, so that close hashes are found by bands that are equal.
///
/// Two hashes that differ in at most `distance` bits have at least two equal ones among `distance + 2` bands, and at
/// least one among `distance + 1`.
struct HashBands {
    /// For each band, its lowest bit and its width.
    let bands: [(shift: Int, width: Int)]

    init(count: Int) {
        bands = (0..<count).map { number in
            let start = 64 * number / count
            return (start, 64 * (number + 1) / count - start)
        }
    }

    /// The bits of one band.
    func value(_ band: Int, of hash: UInt64) -> UInt64 {
        let (shift, width) = bands[band]
        return width == 64 ? hash : hash >> UInt64(shift) & (1 << UInt64(width) - 1)
    }

    /// The bits of two bands together, and how many they are.
    func pair(_ first: Int, _ second: Int) -> (bits: Int, key: (UInt64) -> UInt64) {
        let width = bands[second].width
        return (
            bands[first].width + width,
            { value(first, of: $0) << UInt64(width) | value(second, of: $0) }
        )
    }
}
