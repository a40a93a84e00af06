/// Several captions in one row of tokens, which is how they pass through a loader.
enum CaptionLines {
    /// Stands between two captions; no token has this number.
    private static let separator: Int32 = -1

    /// The tokens of each line that is not blank.
    static func tokens(of text: String, tokenize: (String) -> [Int32]) -> [Int32] {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        return Array(lines.map { tokenize(String($0)) }.joined(separator: CollectionOfOne(separator)))
    }

    /// The captions of a row.
    static func split(_ tokens: ArraySlice<Int32>) -> [[Int32]] {
        tokens.split(separator: separator).map(Array.init)
    }
}
