/// Byte-pair encoding of a long word in O(n log n): a linked list of symbols and a heap of pairs.
///
/// The pair of the lowest rank is merged first, of equal ones the first in the word.
struct LongWord<Symbol: MergeSymbol> {
    private var symbols: [Symbol]
    /// Next and previous symbol still in the list; `-1` at the ends.
    private var next: [Int32]
    private var previous: [Int32]
    private var removed: [Bool]
    private let merges: MergeTable<Symbol>
    /// Binary heap of `rank << 32 | place of the left symbol`.
    private var heap: [UInt64] = []

    init(_ symbols: [Symbol], merges: MergeTable<Symbol>) {
        self.symbols = symbols
        self.merges = merges
        let count = symbols.count
        next = (0..<count).map { Int32($0 + 1 < count ? $0 + 1 : -1) }
        previous = (0..<count).map { Int32($0 - 1) }
        removed = [Bool](repeating: false, count: count)
    }

    consuming func merged() -> [Symbol] {
        for left in symbols.indices.dropLast() { push(Int32(left)) }
        while let (rank, left) = pop() {
            let place = Int(left)
            let right = next[place]
            // An entry is stale when one of its two symbols has been merged since.
            guard !removed[place], right >= 0, merges.rank(symbols[place], symbols[Int(right)]) == rank
            else { continue }
            symbols[place] = merges.symbol(rank)
            removed[Int(right)] = true
            let after = next[Int(right)]
            next[place] = after
            if after >= 0 { previous[Int(after)] = left }
            push(left)
            if previous[place] >= 0 { push(previous[place]) }
        }
        return symbols.indices.filter { !removed[$0] }.map { symbols[$0] }
    }

    private mutating func push(_ left: Int32) {
        let right = next[Int(left)]
        guard right >= 0 else { return }
        let rank = merges.rank(symbols[Int(left)], symbols[Int(right)])
        guard rank != MergeTable<Symbol>.none else { return }
        heap.append(UInt64(rank) << 32 | UInt64(UInt32(left)))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() -> (rank: Symbol, left: Int32)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                var child = 2 * parent + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
                guard heap[child] < heap[parent] else { break }
                heap.swapAt(child, parent)
                parent = child
            }
        }
        return (Symbol(truncatingIfNeeded: first >> 32), Int32(truncatingIfNeeded: first & 0xFFFF_FFFF))
    }
}
