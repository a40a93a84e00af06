/// Byte-pair encoding of a long word in O(n log n): a linked list of symbols and a heap of pairs.
///
/// The order (rank, place) equals merging all occurrences of one pair before looking for the next, because a pair
/// that a merge creates always has a higher rank than that merge.
struct LongWord {
    private var symbols: [UInt16]
    /// Next and previous symbol still in the list; `-1` at the ends.
    private var next: [Int32]
    private var previous: [Int32]
    private var removed: [Bool]
    private let merges: MergeTable
    /// Binary heap of `merged symbol << 32 | place of the left symbol`.
    private var heap: [UInt64] = []

    init(_ symbols: [UInt16], merges: MergeTable) {
        self.symbols = symbols
        self.merges = merges
        let count = symbols.count
        next = (0..<count).map { Int32($0 + 1 < count ? $0 + 1 : -1) }
        previous = (0..<count).map { Int32($0 - 1) }
        removed = [Bool](repeating: false, count: count)
    }

    consuming func merged() -> [UInt16] {
        for left in 0..<(symbols.count - 1) { push(Int32(left)) }
        while let (symbol, left) = pop() {
            let place = Int(left)
            let right = next[place]
            // An entry is stale when one of its two symbols has been merged since.
            guard !removed[place], right >= 0, merges.merged(symbols[place], symbols[Int(right)]) == symbol
            else { continue }
            symbols[place] = symbol
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
        let symbol = merges.merged(symbols[Int(left)], symbols[Int(right)])
        guard symbol != MergeTable.none else { return }
        heap.append(UInt64(symbol) << 32 | UInt64(UInt32(left)))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() -> (symbol: UInt16, left: Int32)? {
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
        return (UInt16(first >> 32), Int32(truncatingIfNeeded: first & 0xFFFF_FFFF))
    }
}
