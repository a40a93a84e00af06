extension TextReducer {
    /// The words of a text as ``TextReduction/syntaxTable`` sees them, each with the tag and the priority of its first
    /// entry of the vocabulary; nil for other reductions.
    ///
    /// An entry that is no word has the tag `X`.
    public func entryWords(in text: String) -> [TaggedWord]? {
        guard let tagger, let table else { return nil }
        let ids = tokenizer.encode(text)
        return tokenizer.words(in: ids).map { places in
            let entry = ids[places.lowerBound]
            return TaggedWord(
                text: ids[places].map(spelling).joined(),
                tag: tagger.words(in: tokenizer.text(of: entry)).last?.tag ?? "X",
                priority: table.priority(of: entry)
            )
        }
    }

    private func spelling(_ id: Int32) -> String {
        let text = tokenizer.text(of: id)
        return text.isEmpty ? tokenizer.piece(id) ?? "" : text
    }
}
