/// Byte-pair encoding of one word: the pair of lowest rank is merged wherever it stands, until no pair merges.
struct WordMerger: Sendable {
    /// Above this many symbols a heap finds the next pair; below, scanning is faster.
    private static let scanLimit = 48

    private var symbols: [UInt16] = []

    /// Appends the ids of a word that is not empty.
    mutating func append(_ word: UnsafeBufferPointer<UInt8>, of vocabulary: Vocabulary, to ids: inout [Int32])
    {
        symbols.removeAll(keepingCapacity: true)
        for byte in word { symbols.append(vocabulary.byteSymbols[Int(byte)]) }
        symbols[symbols.count - 1] += 256
        if symbols.count <= Self.scanLimit {
            mergeByScanning(vocabulary.merges)
        } else {
            symbols = LongWord(symbols, merges: vocabulary.merges).merged()
        }
        for symbol in symbols { ids.append(Int32(symbol)) }
    }

    private mutating func mergeByScanning(_ merges: MergeTable) {
        while symbols.count > 1 {
            var best = MergeTable.none
            for index in 1..<symbols.count {
                best = min(best, merges.merged(symbols[index - 1], symbols[index]))
            }
            if best == MergeTable.none { return }
            var kept = 0
            var index = 0
            while index < symbols.count {
                if index + 1 < symbols.count, merges.merged(symbols[index], symbols[index + 1]) == best {
                    symbols[kept] = best
                    index += 2
                } else {
                    symbols[kept] = symbols[index]
                    index += 1
                }
                kept += 1
            }
            symbols.removeSubrange(kept...)
        }
    }
}
