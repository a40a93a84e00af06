/// Finds added tokens in a text: the leftmost, of those the longest.
struct AddedTokenMatcher: Sendable {
    /// A part of a text.
    enum Segment {
        case token(Int32)
        case text(Range<Int>)
    }

    private let tree: PieceTree
    private let tokens: [Int32: ByteLevelTokenizer.AddedToken]
    /// The bytes with which tokens begin.
    private let beginnings: [Bool]

    /// - Parameter contents: What to look for, with the token that it stands for.
    init(_ contents: [(content: [UInt8], token: ByteLevelTokenizer.AddedToken)]) {
        var tree = PieceTree(capacity: contents.reduce(0) { $0 + $1.content.count })
        var beginnings = [Bool](repeating: false, count: 256)
        var tokens: [Int32: ByteLevelTokenizer.AddedToken] = [:]
        for (content, token) in contents {
            guard let first = content.first else { continue }
            tree.insert(content, id: token.id)
            beginnings[Int(first)] = true
            tokens[token.id] = token
        }
        (self.tree, self.beginnings, self.tokens) = (tree, beginnings, tokens)
    }

    /// Gives tokens and the texts between them to `use` in order, until it returns false.
    func forEachSegment(in bytes: UnsafeBufferPointer<UInt8>, _ use: (Segment) -> Bool) {
        var (place, done) = (0, 0)
        while !tokens.isEmpty, place < bytes.count {
            guard beginnings[Int(bytes[place])], let match = tree.longest(in: bytes, from: place),
                let token = tokens[match.id]
            else {
                place += 1
                continue
            }
            var (start, end) = (place, match.end)
            place = end
            // What is passed over here is not looked at again, as in `tokenizers`.
            if token.isWholeWord, isWord(bytes, before: start) || isWord(bytes, from: end) { continue }
            if token.takesLeft { start = max(done, blanks(bytes, before: start)) }
            if token.takesRight { end = blanks(bytes, from: end) }
            if done < start, !use(.text(done..<start)) { return }
            guard use(.token(token.id)) else { return }
            done = end
        }
        if done < bytes.count { _ = use(.text(done..<bytes.count)) }
    }

    private func blanks(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var place = start
        while place < bytes.count {
            let (kind, length) = PieceKinds.kind(bytes, at: place)
            guard kind == .space else { break }
            place += length
        }
        return place
    }

    private func blanks(_ bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Int {
        var place = end
        while place > 0 {
            let previous = Self.character(bytes, before: place)
            guard PieceKinds.kind(bytes, at: previous).kind == .space else { break }
            place = previous
        }
        return place
    }

    private func isWord(_ bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Bool {
        end > 0 && isWord(bytes, from: Self.character(bytes, before: end))
    }

    /// Whether a character of a word (`\w` of Unicode) stands at a place.
    private func isWord(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        guard start < bytes.count,
            let scalar = Unicode.Scalar(UTF8Bytes.scalar(bytes, at: start).0)
        else { return false }
        if scalar.properties.isAlphabetic || scalar.properties.isJoinControl { return true }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
        default: return false
        }
    }

    private static func character(_ bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Int {
        var place = end - 1
        while place > 0, bytes[place] & 0xC0 == 0x80 { place -= 1 }
        return place
    }
}
