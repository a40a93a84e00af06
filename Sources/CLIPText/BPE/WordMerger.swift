/// Byte-pair encoding of one word: of all pairs the one of the lowest rank is merged, of equal ones the first, until no pair merges.
struct WordMerger<Symbol: MergeSymbol>: Sendable {
    /// Above this many symbols a heap finds the next pair; below, scanning is faster.
    private static var scanLimit: Int { 48 }

    /// The word: its bytes before, what they become after merging.
    var symbols: [Symbol] = []
    /// The rank of each symbol with the next one.
    private var ranks: [Symbol] = []

    mutating func merge(_ merges: MergeTable<Symbol>) {
        if symbols.count <= Self.scanLimit {
            mergeByScanning(merges)
        } else {
            symbols = LongWord(symbols, merges: merges).merged()
        }
    }

    private mutating func mergeByScanning(_ merges: MergeTable<Symbol>) {
        let none = MergeTable<Symbol>.none
        guard symbols.count > 1 else { return }
        ranks.removeAll(keepingCapacity: true)
        for place in 1..<symbols.count { ranks.append(merges.rank(symbols[place - 1], symbols[place])) }
        while true {
            var (best, place) = (none, -1)
            for (index, rank) in ranks.enumerated() where rank < best { (best, place) = (rank, index) }
            if place < 0 { return }
            symbols[place] = merges.symbol(best)
            symbols.remove(at: place + 1)
            ranks.remove(at: place)
            if place > 0 { ranks[place - 1] = merges.rank(symbols[place - 1], symbols[place]) }
            if place < ranks.count { ranks[place] = merges.rank(symbols[place], symbols[place + 1]) }
        }
    }
}

extension WordMerger<UInt16> {
    /// Appends the ids of a word of CLIP's that is not empty; its last byte ends it.
    mutating func append(_ word: UnsafeBufferPointer<UInt8>, of vocabulary: Vocabulary, to ids: inout [Int32])
    {
        symbols.removeAll(keepingCapacity: true)
        for byte in word { symbols.append(vocabulary.byteSymbols[Int(byte)]) }
        symbols[symbols.count - 1] += 256
        merge(vocabulary.merges)
        for symbol in symbols { ids.append(Int32(symbol)) }
    }
}
