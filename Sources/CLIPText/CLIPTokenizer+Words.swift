extension CLIPTokenizer: TextTokenizer {
    /// Start and end of text.
    public var frame: (start: [Int32], end: [Int32]) { ([startOfText], [endOfText]) }

    /// A word ends with a token that the vocabulary marks so.
    public func words(in ids: [Int32]) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start = 0
        for (place, id) in ids.enumerated() where vocabulary.isEndOfWord(id) {
            words.append(start..<place + 1)
            start = place + 1
        }
        if start < ids.count { words.append(start..<ids.count) }
        return words
    }

    /// The bytes of a token as text, without the space that ends a word.
    public func text(of id: Int32) -> String {
        guard vocabulary.contains(id), id < startOfText else { return "" }
        var bytes: [UInt8] = []
        vocabulary.appendBytes(of: id, to: &bytes)
        if bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
