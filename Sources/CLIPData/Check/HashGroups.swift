/// Samples that share a 64-bit hash.
struct HashGroups {
    /// Places that have the same hash, at least two, lowest first; largest group first, then by first place.
    private(set) var groups: [[UInt32]] = []

    /// How many samples are in a group.
    var members: Int { groups.reduce(0) { $0 + $1.count } }
    /// How many samples would go if each group kept one.
    var extra: Int { members - groups.count }

    /// Groups places by hash; 0 stands for no hash.
    init(_ hashes: [UInt64]) {
        var order = hashes.indices.filter { hashes[$0] != 0 }.map { UInt32($0) }
        RadixOrder.sort(&order, bits: 64) { hashes[Int($0)] }
        Self.runs(of: order, key: { hashes[Int($0)] }) { run in
            if run.count > 1 { groups.append(Array(run)) }
        }
        sort()
    }

    init(_ groups: [[UInt32]]) {
        self.groups = groups
        sort()
    }

    private mutating func sort() {
        groups.sort { ($1.count, $0[0]) < ($0.count, $1[0]) }
    }

    /// Calls `body` with each run of equal keys of a sorted list.
    static func runs(of order: [UInt32], key: (UInt32) -> UInt64, _ body: (ArraySlice<UInt32>) -> Void) {
        var start = 0
        while start < order.count {
            let value = key(order[start])
            var end = start + 1
            while end < order.count, key(order[end]) == value { end += 1 }
            body(order[start..<end])
            start = end
        }
    }
}
