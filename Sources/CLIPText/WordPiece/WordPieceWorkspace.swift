/// What encoding one text into word pieces needs: its cleaned bytes, its words and the cache of words met before.
struct WordPieceWorkspace: TextWorkspace {
    var cleaned: [UInt8] = []
    private(set) var words: [UInt8] = []
    private var cache = WordCache()

    init() {}

    mutating func shrink(above limit: Int) {
        if cleaned.capacity > limit { cleaned = [] }
        if words.capacity > limit { words = [] }
    }

    /// Appends the ids of `cleaned`, until `ids` holds at least `limit` of them.
    mutating func append(_ vocabulary: WordPieceVocabulary, to ids: inout [Int32], limit: Int) {
        // A second name for the buffer, which is read while the others change.
        let text = cleaned
        text.withUnsafeBufferPointer { text in
            var start = 0
            for place in text.indices where text[place] == UInt8(ascii: "[") && place >= start {
                guard let special = vocabulary.specials.first(where: { text[place...].starts(with: $0.text) })
                else { continue }
                append(text[start..<place], vocabulary, to: &ids, limit: limit)
                ids.append(special.id)
                start = place + special.text.count
            }
            append(text[start...], vocabulary, to: &ids, limit: limit)
        }
    }

    /// Appends the ids of a part of the text without pieces in brackets.
    private mutating func append(
        _ part: Slice<UnsafeBufferPointer<UInt8>>,
        _ vocabulary: WordPieceVocabulary,
        to ids: inout [Int32],
        limit: Int
    ) {
        guard ids.count < limit else { return }
        words.removeAll(keepingCapacity: true)
        BertWords.append(UnsafeBufferPointer(rebasing: part), to: &words)
        words.withUnsafeBufferPointer { words in
            var start = 0
            while start < words.count, ids.count < limit {
                let end = words[start...].firstIndex(of: UInt8(ascii: " ")) ?? words.count
                if end > start {
                    let word = UnsafeBufferPointer(rebasing: words[start..<end])
                    Self.append(word, vocabulary, &cache, to: &ids)
                }
                start = end + 1
            }
        }
    }

    private static func append(
        _ word: UnsafeBufferPointer<UInt8>,
        _ vocabulary: WordPieceVocabulary,
        _ cache: inout WordCache,
        to ids: inout [Int32]
    ) {
        guard word.count <= WordCache.longestWord else { return vocabulary.append(word, to: &ids) }
        let hash = WordCache.hash(word)
        if cache.append(word, hash: hash, to: &ids) { return }
        let start = ids.count
        vocabulary.append(word, to: &ids)
        cache.insert(word, hash: hash, ids: ids[start...])
    }
}
