/// The words of a text as a treebank divides them: contractions are two words, and punctuation stands for itself.
///
/// Character references are resolved first, as by a tokenizer: `&amp;` is punctuation and no word.
struct CaptionWords: Sendable {
    struct Word: Sendable {
        /// Places in ``codes``.
        var range: Range<Int>
        /// Whether it is no word: a punctuation mark, or several equal ones.
        var isMark: Bool
    }

    let codes: [UInt32]
    private(set) var words: [Word] = []

    init(_ text: String) {
        var text = text
        codes = HTMLEntities.unescaped(HTMLEntities.unescaped(text.withUTF8(UTF8Bytes.codePoints)))
        var place = 0
        while place < codes.count {
            if ScalarClasses.isPythonSpace(codes[place]) {
                place += 1
            } else if Self.startsWords(codes[place]) {
                let end = endOfWord(from: place)
                appendWord(place..<end)
                place = end
            } else {
                var end = place + 1
                while end < codes.count, codes[end] == codes[place] || Self.isCombining(codes[end]) {
                    end += 1
                }
                words.append(Word(range: place..<end, isMark: true))
                place = end
            }
        }
    }

    /// The text of some of the words, in order: with spaces, but for neighbours that have none between them.
    func text(of kept: some Sequence<Int>) -> String {
        var bytes: [UInt8] = []
        var last: Int?
        for number in kept {
            let range = words[number].range
            if let last, last + 1 != number || words[last].range.upperBound != range.lowerBound {
                bytes.append(UInt8(ascii: " "))
            }
            for code in codes[range] { UTF8Bytes.append(code, to: &bytes) }
            last = number
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func endOfWord(from start: Int) -> Int {
        var end = start + 1
        while end < codes.count {
            if Self.isPartOfWords(codes[end]) {
                end += 1
            } else if end + 1 < codes.count, Self.startsWords(codes[end + 1]), joins(end) {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    /// Whether punctuation inside a word belongs to it.
    private func joins(_ place: Int) -> Bool {
        switch codes[place] {
        // Apostrophes, hyphens, full stop, and what joins names and addresses.
        case 0x27, 0x2019, 0x2D, 0x2010, 0x2011, 0x2E, 0x5F, 0x40, 0x26: true
        // Comma, colon and stroke of numbers.
        case 0x2C, 0x3A, 0x2F: Self.isDigit(codes[place - 1]) && Self.isDigit(codes[place + 1])
        default: false
        }
    }

    private mutating func appendWord(_ range: Range<Int>) {
        let ending = Self.contractions.first { ending in
            range.count > ending.count
                && zip(codes[range].suffix(ending.count), ending).allSatisfy { code, letter in
                    (code == 0x2019 ? 0x27 : code < 0x80 ? code | 0x20 : code) == letter
                }
        }
        guard let ending else { return words.append(Word(range: range, isMark: false)) }
        let middle = range.upperBound - ending.count
        words.append(Word(range: range.lowerBound..<middle, isMark: false))
        words.append(Word(range: middle..<range.upperBound, isMark: false))
    }

    private static let contractions: [[UInt32]] = ["n't", "'s", "'m", "'d", "'re", "'ve", "'ll"].map {
        $0.unicodeScalars.map(\.value)
    }

    private static func isDigit(_ code: UInt32) -> Bool { (0x30...0x39).contains(code) }

    private static func isPartOfWords(_ code: UInt32) -> Bool { startsWords(code) || isCombining(code) }

    private static func startsWords(_ code: UInt32) -> Bool {
        switch ScalarClasses.kind(code) {
        case .letter, .number: true
        case .space, .other: false
        }
    }

    /// Whether a character belongs to the one before it, such as an accent or what makes a sign an emoji.
    private static func isCombining(_ code: UInt32) -> Bool {
        guard code >= 0x300, ScalarClasses.kind(code) == .other, let scalar = Unicode.Scalar(code) else {
            return false
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark: return true
        default: return false
        }
    }
}
