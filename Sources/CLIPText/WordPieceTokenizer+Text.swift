public import Foundation

extension WordPieceTokenizer: TextTokenizer {
    /// Number of word pieces; 30,522 in BERT's uncased models.
    public var vocabularySize: Int { vocabulary.pieces.count }

    /// `[CLS]`, and `[SEP]` or what stands for it.
    public var frame: (start: [Int32], end: [Int32]) {
        ([vocabulary.start], [stripsSeparator ? vocabulary.padding : vocabulary.separator])
    }

    /// The ids of a text, without ``frame``.
    public func encode(_ text: String) -> [Int32] {
        var ids: [Int32] = []
        append(text, to: &ids, limit: .max)
        return ids
    }

    /// ``frame`` around the ids of a text, cut in front of the end to `contextLength` ids in all; not padded.
    ///
    /// The last id is that of the end also where `[PAD]` stands for it, so that open_clip reads a text of as many pieces.
    public func tokens(_ text: String, contextLength: Int) -> [Int32] {
        let (start, end) = frame
        guard contextLength > 0 else { return [] }
        var ids = start
        append(text, to: &ids, limit: contextLength)
        if ids.count + end.count > contextLength { ids.removeSubrange((contextLength - end.count)...) }
        return ids + end
    }

    /// A word ends where the next piece does not continue it.
    public func words(in ids: [Int32]) -> [Range<Int>] {
        var words: [Range<Int>] = []
        for (place, id) in ids.enumerated() {
            if let last = words.last, vocabulary.continues(id) {
                words[words.count - 1] = last.lowerBound..<place + 1
            } else {
                words.append(place..<place + 1)
            }
        }
        return words
    }

    /// A piece without `##`; empty for those in brackets.
    public func text(of id: Int32) -> String { vocabulary.text(of: id) }

    /// A piece as the vocabulary spells it.
    public func piece(_ id: Int32) -> String? {
        vocabulary.pieces.indices.contains(Int(id)) ? vocabulary.pieces[Int(id)] : nil
    }

    /// The vocabulary, and what tells Hugging Face's libraries which tokenizer it belongs to.
    public var files: [String: Data] {
        let settings = #"{"do_lower_case": true, "tokenizer_class": "BertTokenizer"}"#
        return [Self.fileName: vocabulary.content, Self.settingsName: Data("\(settings)\n".utf8)]
    }
}
