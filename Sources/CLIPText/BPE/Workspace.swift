/// What encoding one text needs: its cleaned bytes, the word cache and the merger's memory.
struct Workspace: TextWorkspace {
    /// The cleaned text in UTF-8.
    var cleaned: [UInt8] = []
    private var cache = WordCache()
    private var merger = WordMerger<UInt16>()

    /// Appends the ids of `cleaned`, until `ids` holds at least `limit` of them.
    mutating func appendTokens(of vocabulary: Vocabulary, to ids: inout [Int32], limit: Int) {
        ids.reserveCapacity(ids.count + min(limit, cleaned.count / 4 + 4))
        cleaned.withUnsafeBufferPointer { bytes in
            var scanner = PieceScanner(bytes)
            while ids.count < limit, let piece = scanner.next() {
                switch piece {
                case .special(let id): ids.append(id)
                case .word(let range):
                    let word = UnsafeBufferPointer(rebasing: bytes[range])
                    Self.append(word, of: vocabulary, cache: &cache, merger: &merger, to: &ids)
                }
            }
        }
    }

    private static func append(
        _ word: UnsafeBufferPointer<UInt8>,
        of vocabulary: Vocabulary,
        cache: inout WordCache,
        merger: inout WordMerger<UInt16>,
        to ids: inout [Int32]
    ) {
        guard word.count <= WordCache.longestWord else {
            merger.append(word, of: vocabulary, to: &ids)
            return
        }
        let hash = WordCache.hash(word)
        if cache.append(word, hash: hash, to: &ids) { return }
        let start = ids.count
        merger.append(word, of: vocabulary, to: &ids)
        cache.insert(word, hash: hash, ids: ids[start...])
    }
}
