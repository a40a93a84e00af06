/// Sorts named features into the tables of a ``TaggerModel``.
struct TaggerBuilder {
    /// What stands where a text begins and ends, among words and tags.
    static let start = codes("<s>"), end = codes("</s>")

    let tags: [String]
    private(set) var rows = TaggerRows()
    private(set) var numbers: [[UInt32]: Int32] = [:]
    private(set) var affixes = TaggerAffixes()
    private(set) var shapes = [Int32](repeating: TaggerRows.none, count: TaggerShape.names.count)
    private(set) var bias = TaggerRows.none
    private(set) var last1, last2, lastPair: [Int32]
    private(set) var lastAndWord: [UInt64: Int32] = [:]
    private var words: [WordRows] = []
    private let tagNumbers: [String: UInt8]

    init(_ file: TaggerFile) {
        tags = Set(file.classes).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        var numbers = Dictionary(uniqueKeysWithValues: zip(tags, UInt8(0)...))
        numbers["<s>"] = UInt8(tags.count)
        tagNumbers = numbers
        let count = tags.count + 1
        last1 = Array(repeating: TaggerRows.none, count: count)
        last2 = last1
        lastPair = Array(repeating: TaggerRows.none, count: count * count)
        for (word, tag) in file.tagdict { change(word) { $0.tag = numbers[tag] } }
    }

    /// Where the row of a tag and the word behind it is found.
    static func key(_ tag: UInt8, _ word: Int32) -> UInt64 { UInt64(tag) << 32 | UInt64(word) }

    /// Adds a feature, as `suf2 ed` or `t-1 w DET|- cat`. One of a kind that is not asked for can never be met.
    mutating func add(_ feature: String, _ weights: [String: Double]) {
        let row = rows.append(
            weights.compactMap { tag, value in
                tagNumbers[tag].flatMap { $0 < UInt8(tags.count) ? ($0, value) : nil }
            }
        )
        let (kind, value) = Self.split(feature)
        switch kind {
        case "bias": bias = row
        case "suf3": affixes.set(.suffix3, Self.codes(value), to: row)
        case "suf2": affixes.set(.suffix2, Self.codes(value), to: row)
        case "suf1": affixes.set(.suffix1, Self.codes(value), to: row)
        case "pre1": affixes.set(.prefix, Self.codes(value), to: row)
        case "shape": TaggerShape.names.firstIndex(of: value).map { shapes[$0] = row }
        case "w": change(value) { $0.word = row }
        case "w-1": change(value) { $0.before1 = row }
        case "w-2": change(value) { $0.before2 = row }
        case "w+1": change(value) { $0.after1 = row }
        case "w+2": change(value) { $0.after2 = row }
        case "t-1": addLast(value, row)
        case "t-2": tagNumbers[value].map { last2[Int($0)] = row }
        case "t-1t-2":
            let (last, before) = Self.split(value)
            if let last = tagNumbers[last], let before = tagNumbers[before] {
                lastPair[Int(last) * (tags.count + 1) + Int(before)] = row
            }
        default: break
        }
    }

    /// The rows of all words, those of their letters included.
    func completedWords() -> [WordRows] {
        var words = words
        for (word, number) in numbers { affixes.fill(&words[Int(number)], of: word) }
        return words
    }

    private mutating func addLast(_ value: String, _ row: Int32) {
        if let tag = tagNumbers[value] {
            last1[Int(tag)] = row
        } else {
            let (kind, rest) = Self.split(value)
            let (tag, word) = Self.split(rest)
            guard kind == "w", let tag = tagNumbers[tag] else { return }
            lastAndWord[Self.key(tag, number(of: word))] = row
        }
    }

    private mutating func change(_ word: String, _ body: (inout WordRows) -> Void) {
        body(&words[Int(number(of: word))])
    }

    private mutating func number(of word: String) -> Int32 {
        let codes = Self.codes(word)
        if let number = numbers[codes] { return number }
        words.append(WordRows())
        numbers[codes] = Int32(words.count - 1)
        return Int32(words.count - 1)
    }

    private static func codes(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    /// What stands in front of the first space, and behind it.
    private static func split(_ text: String) -> (String, String) {
        let scalars = text.unicodeScalars
        guard let space = scalars.firstIndex(of: " ") else { return (text, "") }
        return (String(scalars[..<space]), String(scalars[scalars.index(after: space)...]))
    }
}
