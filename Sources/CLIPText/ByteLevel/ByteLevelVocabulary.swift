/// Tokens of a byte-level vocabulary, and the merges between them, by id.
final class ByteLevelVocabulary: Sendable {
    /// The bytes that ids stand for.
    let strings: ByteStringTable
    /// Ids whose spelling is not GPT-2's alphabet of bytes: their bytes are the spelling, and no merge makes them.
    let plain: Set<Int32>
    /// The tokens that pieces may be as a whole.
    private let words: ByteStringTable
    /// Ids of single bytes; `none` for bytes that the vocabulary does not have.
    let byteSymbols: [UInt32]
    let merges: MergeTable<UInt32>
    let settings: Settings
    /// The merges in order: left, right, result.
    let order: [Merge]

    /// What else decides over ids.
    struct Settings: Sendable, Hashable {
        /// Whether a piece that is a token as a whole is not merged.
        var ignoresMerges = false
        /// The id of bytes that the vocabulary does not have; nil if they are left out.
        var unknown: Int32?
        /// Whether neighbouring unknown bytes are one.
        var fusesUnknown = false
    }

    struct Merge: Sendable, Hashable {
        var left, right, result: Int32
    }

    /// A merge that is none of two tokens, or makes no token.
    struct BadMerge: Error {
        var number: Int
        var reason: String
    }

    static let none = MergeTable<UInt32>.none

    /// - Parameters:
    ///   - tokens: The bytes of each id, empty for ids that there are not.
    ///   - merges: The two halves of each, in bytes; nil where they are not in the alphabet.
    init(
        tokens: [[UInt8]],
        plain: Set<Int32>,
        merges pairs: [(left: [UInt8], right: [UInt8])?],
        settings: Settings
    ) throws(BadMerge) {
        self.plain = plain
        self.settings = settings
        strings = ByteStringTable(tokens)
        // What is spelled plainly is found as an added token only.
        let words =
            plain.isEmpty
            ? strings : ByteStringTable(tokens.enumerated().map { plain.contains(Int32($0)) ? [] : $1 })
        self.words = words
        func id(_ bytes: [UInt8]) -> Int32? { bytes.withUnsafeBufferPointer { words.number(of: $0) } }
        byteSymbols = (0...255).map { id([UInt8($0)]).map(UInt32.init) ?? Self.none }
        var table = MergeTable<UInt32>(capacity: pairs.count)
        var order: [Merge] = []
        order.reserveCapacity(pairs.count)
        for (number, pair) in pairs.enumerated() {
            guard let pair, let left = id(pair.left), let right = id(pair.right) else {
                throw BadMerge(number: number, reason: "two tokens of the vocabulary")
            }
            guard let result = id(pair.left + pair.right) else {
                throw BadMerge(number: number, reason: "two tokens that make one of the vocabulary")
            }
            table.append(left: UInt32(left), right: UInt32(right), merged: UInt32(result))
            order.append(Merge(left: left, right: right, result: result))
        }
        merges = table
        self.order = order
    }

    /// The id of a piece that is a token as a whole.
    func id(of piece: UnsafeBufferPointer<UInt8>) -> Int32? { words.number(of: piece) }

    /// Whether an id has a token.
    func contains(_ id: Int32) -> Bool {
        id >= 0 && id < strings.count && !strings[Int(id)].isEmpty
    }

    /// The token as the file spells it.
    func piece(_ id: Int32) -> String? {
        guard contains(id) else { return nil }
        let bytes = strings[Int(id)]
        if plain.contains(id) { return String(decoding: bytes, as: UTF8.self) }
        return String(String.UnicodeScalarView(bytes.map { ByteAlphabet.characters[Int($0)] }))
    }
}
