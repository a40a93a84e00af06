/// Finds groups of 64-bit hashes that are connected by pairs of a small Hamming distance.
///
/// Equal hashes count once. The others are sorted by each pair of `distance + 2` bands, and only those with the same two
/// bands are compared: every pair within the distance meets in one of the sortings. Where very many share two bands, as
/// in data that was made to be slow, each is compared with its next neighbours only; `isComplete` tells.
/// Time grows like `n` for each sorting; memory is some 60 bytes for each hash.
struct NearDuplicates {
    /// Places of hashes that belong together, at least two each.
    let groups: HashGroups
    /// Whether all pairs were found.
    let isComplete: Bool

    /// In a larger crowd, each hash is compared with so many that follow it.
    static let crowd = 512

    /// Groups places by hash; places without a hash take no part.
    ///
    /// - Parameters:
    ///   - hashes: A hash for each place.
    ///   - isValid: Whether the place has a hash at all.
    ///   - distance: The largest number of bits that may differ, 0 to 8.
    init(_ hashes: [UInt64], isValid: (Int) -> Bool, distance: Int) {
        var order = hashes.indices.filter(isValid).map { UInt32($0) }
        RadixOrder.sort(&order, bits: 64) { hashes[Int($0)] }
        // The first place of each distinct hash stands for the others.
        var sets = DisjointSets(count: hashes.count)
        var distinct: [UInt32] = []
        HashGroups.runs(of: order, key: { hashes[Int($0)] }) { run in
            distinct.append(run[run.startIndex])
            for place in run.dropFirst() { sets.join(run[run.startIndex], place) }
        }
        isComplete = distance == 0 || Self.connect(distinct, hashes, distance, &sets)

        // Sorted by root and, since the sort is stable, by place.
        let roots = hashes.indices.map { sets.root(of: UInt32($0)) }
        var members = hashes.indices.filter(isValid).map { UInt32($0) }
        RadixOrder.sort(&members, bits: 32) { UInt64(roots[Int($0)]) }
        var found: [[UInt32]] = []
        HashGroups.runs(of: members, key: { UInt64(roots[Int($0)]) }) { run in
            if run.count > 1 { found.append(Array(run)) }
        }
        groups = HashGroups(found)
    }

    /// - Returns: Whether every pair was compared that had to be.
    private static func connect(
        _ distinct: [UInt32],
        _ hashes: [UInt64],
        _ distance: Int,
        _ sets: inout DisjointSets
    ) -> Bool {
        let bands = HashBands(count: distance + 2)
        var isComplete = true
        for first in 0..<distance + 1 {
            for second in first + 1..<distance + 2 {
                let (bits, key) = bands.pair(first, second)
                // Within a run, neighbours are close in value, since the list comes sorted by the whole hash.
                var order = distinct
                RadixOrder.sort(&order, bits: bits) { key(hashes[Int($0)]) }
                let sorted = order.map { hashes[Int($0)] }
                HashGroups.runs(of: order, key: { key(hashes[Int($0)]) }) { run in
                    if run.count > crowd { isComplete = false }
                    for place in run.indices {
                        let end = min(run.endIndex, place + crowd)
                        var other = place + 1
                        while other < end {
                            if (sorted[place] ^ sorted[other]).nonzeroBitCount <= distance {
                                sets.join(order[place], order[other])
                            }
                            other += 1
                        }
                    }
                }
            }
        }
        return isComplete
    }
}
