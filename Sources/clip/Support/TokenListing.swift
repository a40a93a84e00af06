import CLIPText

/// The result of `clip tokenize`.
struct TokenListing: Encodable {
    /// A word of the text; without tag and priority where the tagger cannot read the text.
    struct Word: Encodable {
        var text: String
        var tag: String?
        var priority: UInt8?
    }

    var ids: [Int32]
    var pieces: [String]
    /// With a budget, what decided which tokens stay.
    var reduction: String?
    /// Whether the words have tags.
    var tagged: Bool?
    var words: [Word]?

    /// Why words have no tags, as part of a sentence.
    static let unread = "the text is mostly in a non-Latin script, and the tagger reads English only"

    init(_ ids: [Int32], of tokenizer: any TextTokenizer) {
        self.ids = ids
        pieces = ids.map { tokenizer.piece($0) ?? "" }
    }

    /// Adds the words, with their tags where these mean something.
    mutating func show(_ found: [TaggedWord], tagged isTagged: Bool) {
        tagged = isTagged
        words = found.map { word in
            isTagged
                ? Word(text: word.text, tag: word.tag, priority: word.priority.rawValue)
                : Word(text: word.text)
        }
    }

    /// A line for each token, and one for each word.
    var text: String {
        let tokens = TextTable(zip(ids, pieces).map { ["\($0)", $1] }).text
        guard let words else { return tokens }
        var table = TextTable()
        table.row("word", "tag", "priority")
        for word in words { table.row(word.text, word.tag ?? "-", word.priority.map { "\($0)" } ?? "-") }
        return tokens + "\n\n" + table.text
            + (tagged == false
                ? "\nNo tags: \(Self.unread). syntax and syntaxTable truncate it." : "")
    }
}
