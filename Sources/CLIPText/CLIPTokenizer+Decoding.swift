extension CLIPTokenizer {
    /// The pieces of a text as the vocabulary file spells them: `</w>` ends a word.
    public func pieces(_ text: String) -> [String] {
        encode(text).map(vocabulary.piece)
    }

    /// How the vocabulary spells one id; nil for an id that it does not have.
    public func piece(_ id: Int32) -> String? {
        vocabulary.contains(id) ? vocabulary.piece(id) : nil
    }

    /// The text of some ids, with a space after each word, as open_clip's `decode` gives it.
    ///
    /// Bytes that are not UTF-8 become U+FFFD. Throws `TokenizerError.unknownToken`.
    public func decode(_ ids: some Sequence<Int32>) throws -> String {
        var bytes: [UInt8] = []
        for id in ids {
            guard vocabulary.contains(id) else {
                throw TokenizerError.unknownToken(id: id, vocabularySize: vocabularySize)
            }
            vocabulary.appendBytes(of: id, to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
