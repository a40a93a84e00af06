/// The rows of what a word says of itself and of its neighbours.
struct WordRows: Sendable {
    var suffix3 = TaggerRows.none
    var suffix2 = TaggerRows.none
    var suffix1 = TaggerRows.none
    var prefix = TaggerRows.none
    var word = TaggerRows.none
    /// For the word that follows it, and the one after that.
    var before1 = TaggerRows.none
    var before2 = TaggerRows.none
    /// For the word in front of it, and the one before that.
    var after1 = TaggerRows.none
    var after2 = TaggerRows.none
    /// The tag that the word always has.
    var tag: UInt8?
}

/// A word of a text, as the tagger looks at it.
struct TaggerWord: Sendable {
    /// Lowercased, code point by code point.
    var lower: [UInt32]
    /// The tagger's number of the word; negative for one that it does not know.
    var number: Int32
    var rows: WordRows
    /// Row of the shape: capital in front, digits inside.
    var shape: Int32
}
