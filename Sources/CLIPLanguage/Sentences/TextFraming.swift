package import CLIPText

/// Puts a text into its frame of wrapper, instruction and special tokens, and cuts it to the most tokens.
package struct TextFraming: Sendable {
    private let tokenizer: ByteLevelTokenizer
    private let encoding: SentenceEncoding
    /// What precedes the text and is not pooled.
    private let head: String
    /// The most ids.
    private let limit: Int
    private let end: Int32?

    /// Describes a frame.
    ///
    /// - Parameters:
    ///   - limit: The most ids of a text.
    ///   - end: What is appended where the last state is pooled, and stands for a text without tokens.
    package init(
        tokenizer: ByteLevelTokenizer,
        encoding: SentenceEncoding,
        instruction: String?,
        limit: Int,
        end: Int32?
    ) {
        self.tokenizer = tokenizer
        self.encoding = encoding
        let instruction = (instruction ?? "").trimming()
        head = encoding.wrapper.opening + (instruction.isEmpty ? "" : instruction + " ")
        self.end = end
        self.limit = limit
    }

    /// Throws where what stands around texts leaves none of their own tokens.
    ///
    /// - Parameter path: The language model, for the message.
    /// - Throws: ``LanguageModelError/frame(path:tokens:limit:)``.
    package func check(path: String) throws {
        let count = tokenizer.framed(tokenizer.encode(head + encoding.wrapper.closing)).count
        guard count >= room else { return }
        throw LanguageModelError.frame(path: path, tokens: count, limit: room)
    }

    private var appendsEnd: Bool { encoding.pooling == .last && end != nil }

    /// The most ids without one that is appended.
    private var room: Int { appendsEnd ? max(1, limit - 1) : limit }

    /// The ids of a text in its frame.
    package func encode(_ text: String) -> SentenceEncoder.EncodedText {
        let limit = room
        var text = encoding.wrapper.trimmed(text)
        var result = framed(text)
        while result.ids.count > limit, let shorter = shortened(text, result.ids.count, limit) {
            text = shorter
            result = framed(text)
        }
        if result.ids.count > limit { result = cut(result, limit) }
        if let end, appendsEnd {
            result.ids.append(end)
            result.pooledCount += 1
        } else if result.pooledCount == 0 {
            if let end { result.ids = result.ids.prefix(limit - 1) + [end] }
            if result.ids.isEmpty { result.ids = [0] }
            result.pooledCount = 1
        }
        return result
    }

    private func framed(_ text: String) -> SentenceEncoder.EncodedText {
        let ids = tokenizer.framed(tokenizer.encode(head + text + encoding.wrapper.closing))
        // Where a token crosses the cut, the count is one that the pair of texts would have; that is the published scheme.
        let alone = tokenizer.encode(text + encoding.wrapper.closing).count
        return SentenceEncoder.EncodedText(ids: ids, pooledCount: min(alone, ids.count))
    }

    /// The share of the words that should fit; nil where no word can be left out.
    private func shortened(_ text: String, _ count: Int, _ limit: Int) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        let own = max(1, tokenizer.encode(text).count)
        let room = limit - (count - own)
        let fitting = min(words.count * max(room, 0) / own, words.count - 1)
        return fitting >= 1 ? words.prefix(fitting).joined(separator: " ") : nil
    }

    /// Tokens taken from before the closing.
    private func cut(_ text: SentenceEncoder.EncodedText, _ limit: Int) -> SentenceEncoder.EncodedText {
        let closing = tokenizer.encode(encoding.wrapper.closing).count + tokenizer.frame.end.count
        let kept = min(closing, limit - 1, text.ids.count)
        let removed = text.ids.count - limit
        return SentenceEncoder.EncodedText(
            ids: Array(text.ids.prefix(limit - kept) + text.ids.suffix(kept)),
            pooledCount: max(1, min(text.pooledCount - removed, limit))
        )
    }
}
