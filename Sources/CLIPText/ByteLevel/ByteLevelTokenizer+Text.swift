extension ByteLevelTokenizer: TextTokenizer {
    /// ``frame`` around the ids of a text, cut in front of the end to `contextLength` ids in all; not padded.
    public func tokens(_ text: String, contextLength: Int) -> [Int32] {
        guard contextLength > 0 else { return [] }
        let end = frame.end.suffix(contextLength)
        var ids = frame.start
        append(text, to: &ids, limit: contextLength)
        if ids.count + end.count > contextLength { ids.removeSubrange((contextLength - end.count)...) }
        return ids + end
    }

    /// A word ends where the next token begins with a blank or with another kind of character (letter, number, other), and
    /// beside added tokens. A space belongs to what follows it.
    public func words(in ids: [Int32]) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var previous: TokenEdges?
        for (place, id) in ids.enumerated() {
            var edges =
                addedToken(id) == nil && vocabulary.contains(id)
                ? TokenEdges(vocabulary.strings[Int(id)]) : nil
            if let last = words.last, let previous, let edges, edges.continues(previous) {
                words[words.count - 1] = last.lowerBound..<place + 1
            } else {
                words.append(place..<place + 1)
            }
            if edges?.last == nil { edges?.last = previous?.last }
            previous = edges
        }
        return words
    }

    /// The bytes of a token as text, without a space before them; empty for special ones.
    public func text(of id: Int32) -> String {
        if let added = addedToken(id) { return added.isSpecial ? "" : added.content }
        guard vocabulary.contains(id) else { return "" }
        let bytes = vocabulary.strings[Int(id)]
        return String(decoding: bytes.first == UInt8(ascii: " ") ? bytes.dropFirst() : bytes, as: UTF8.self)
    }

    /// A token as the file spells it: `Ġ` is a space.
    public func piece(_ id: Int32) -> String? { addedToken(id)?.content ?? vocabulary.piece(id) }

    /// The text of ids; bytes that are no UTF-8 become U+FFFD, and ids that there are not are left out.
    ///
    /// - Parameter keepingSpecial: Whether special tokens are part of the text.
    public func decode(_ ids: [Int32], keepingSpecial: Bool = false) -> String {
        var bytes: [UInt8] = []
        for id in ids {
            if let added = addedToken(id) {
                if keepingSpecial || !added.isSpecial { bytes.append(contentsOf: added.content.utf8) }
            } else if vocabulary.contains(id) {
                bytes.append(contentsOf: vocabulary.strings[Int(id)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
