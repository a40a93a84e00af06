/// What encoding one text needs: its normalized bytes, the word cache and the merger's memory.
struct ByteLevelWorkspace: TextWorkspace {
    /// A text, or a part of one, in form C.
    var cleaned: [UInt8] = []
    private var cache = WordCache()
    private var merger = WordMerger<UInt32>()

    /// Appends the ids of a piece that is not empty.
    mutating func append(
        _ piece: UnsafeBufferPointer<UInt8>,
        of vocabulary: ByteLevelVocabulary,
        to ids: inout [Int32]
    ) {
        guard piece.count <= WordCache.longestWord else { return merge(piece, vocabulary, &ids) }
        let hash = WordCache.hash(piece)
        if cache.append(piece, hash: hash, to: &ids) { return }
        let start = ids.count
        merge(piece, vocabulary, &ids)
        cache.insert(piece, hash: hash, ids: ids[start...])
    }

    private mutating func merge(
        _ piece: UnsafeBufferPointer<UInt8>,
        _ vocabulary: ByteLevelVocabulary,
        _ ids: inout [Int32]
    ) {
        if vocabulary.settings.ignoresMerges, let id = vocabulary.id(of: piece) { return ids.append(id) }
        merger.symbols.removeAll(keepingCapacity: true)
        var wasUnknown = false
        for byte in piece {
            let symbol = vocabulary.byteSymbols[Int(byte)]
            if symbol != ByteLevelVocabulary.none {
                merger.symbols.append(symbol)
            } else if let unknown = vocabulary.settings.unknown,
                !(wasUnknown && vocabulary.settings.fusesUnknown)
            {
                merger.symbols.append(UInt32(unknown))
            }
            wasUnknown = symbol == ByteLevelVocabulary.none
        }
        merger.merge(vocabulary.merges)
        for symbol in merger.symbols { ids.append(Int32(symbol)) }
    }
}
