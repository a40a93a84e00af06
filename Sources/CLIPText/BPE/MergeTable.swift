/// A hash table from a pair of symbols to the rank of the merge that makes one symbol of them.
///
/// Symbols may be numbered so that a rank is the merged symbol, as CLIP's are; else `results` says what ranks make.
struct MergeTable<Symbol: MergeSymbol>: Sendable {
    /// What a lookup gives for a pair that does not merge; larger than every rank.
    static var none: Symbol { .max }

    private var keys: [Symbol.Pair]
    private var ranks: [Symbol]
    private let shift: Int
    /// The merged symbol by rank; empty where that is the rank itself.
    private var results: [Symbol] = []

    init(capacity: Int) {
        var bits = 4
        while 1 << bits < capacity * 2 { bits += 1 }
        shift = Symbol.Pair.bitWidth - bits
        keys = [Symbol.Pair](repeating: .max, count: 1 << bits)
        ranks = [Symbol](repeating: Self.none, count: 1 << bits)
    }

    /// A merge whose rank is the merged symbol.
    mutating func insert(left: Symbol, right: Symbol, merged: Symbol) {
        insert(Self.key(left, right), rank: merged)
    }

    /// A merge that comes after those before it. A pair that is there already gets the new place, as in `tokenizers`.
    mutating func append(left: Symbol, right: Symbol, merged: Symbol) {
        insert(Self.key(left, right), rank: Symbol(results.count))
        results.append(merged)
    }

    /// The rank of a pair, or `none`.
    func rank(_ left: Symbol, _ right: Symbol) -> Symbol {
        let key = Self.key(left, right)
        var slot = home(key)
        while true {
            let found = keys[slot]
            if found == key { return ranks[slot] }
            if found == .max { return Self.none }
            slot = (slot + 1) & (keys.count - 1)
        }
    }

    /// The symbol that a merge of this rank makes.
    func symbol(_ rank: Symbol) -> Symbol { results.isEmpty ? rank : results[Int(rank)] }

    private mutating func insert(_ key: Symbol.Pair, rank: Symbol) {
        var slot = home(key)
        while keys[slot] != .max && keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
        keys[slot] = key
        ranks[slot] = rank
    }

    private func home(_ key: Symbol.Pair) -> Int {
        Int(truncatingIfNeeded: (key &* Symbol.multiplier) >> shift)
    }

    private static func key(_ left: Symbol, _ right: Symbol) -> Symbol.Pair {
        Symbol.Pair(truncatingIfNeeded: left) << Symbol.bitWidth | Symbol.Pair(truncatingIfNeeded: right)
    }
}
