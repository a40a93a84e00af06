/// A hash table from a pair of symbols to the symbol they merge to.
///
/// A merge's rank is the order of the merged ids, so one lookup gives both.
struct MergeTable: Sendable {
    /// What a lookup gives for a pair that does not merge; larger than every id.
    static let none = UInt16.max

    private var keys: [UInt32]
    private var values: [UInt16]
    private let shift: UInt32

    init(capacity: Int) {
        var bits: UInt32 = 4
        while 1 << bits < capacity * 2 { bits += 1 }
        shift = 32 - bits
        keys = [UInt32](repeating: .max, count: 1 << bits)
        values = [UInt16](repeating: Self.none, count: 1 << bits)
    }

    mutating func insert(left: UInt16, right: UInt16, merged: UInt16) {
        let key = Self.key(left, right)
        var slot = home(key)
        while keys[slot] != .max && keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
        keys[slot] = key
        values[slot] = merged
    }

    /// The merged symbol, or `none`.
    func merged(_ left: UInt16, _ right: UInt16) -> UInt16 {
        let key = Self.key(left, right)
        var slot = home(key)
        while true {
            let found = keys[slot]
            if found == key { return values[slot] }
            if found == .max { return Self.none }
            slot = (slot + 1) & (keys.count - 1)
        }
    }

    private func home(_ key: UInt32) -> Int { Int((key &* 0x9E37_79B1) >> shift) }

    private static func key(_ left: UInt16, _ right: UInt16) -> UInt32 { UInt32(left) << 16 | UInt32(right) }
}
