import Foundation

/// The symbols of CLIP's vocabulary and the merges between them, by integer id.
///
/// Ids 0..<256 are single bytes, 256..<512 the same bytes at the end of a word, then come the merges in order of rank.
final class Vocabulary: Sendable {
    static let mergeCount = 49_152 - 256 - 2
    static let size = 512 + mergeCount + 2
    static let startOfText = Int32(512 + mergeCount)
    static let endOfText = startOfText + 1

    /// Pair of symbols to merged symbol.
    let merges: MergeTable<UInt16>
    /// Id of each byte inside a word.
    let byteSymbols: [UInt16]
    /// The bytes of all symbols one after another; symbol `id` ends at `ends[id]`.
    private let bytes: [UInt8]
    private let ends: [Int]
    private let endsWord: [Bool]

    init(merges: MergeTable<UInt16>, symbols: [Symbol]) {
        self.merges = merges
        byteSymbols = ByteAlphabet.symbols
        bytes = symbols.flatMap(\.bytes)
        endsWord = symbols.map(\.endsWord)
        var end = 0
        ends = symbols.map { symbol in
            end += symbol.bytes.count
            return end
        }
    }

    func contains(_ id: Int32) -> Bool { id >= 0 && id < Self.size }

    /// Whether a symbol ends a word; false for the specials.
    func isEndOfWord(_ id: Int32) -> Bool { id >= 0 && id < Self.startOfText && endsWord[Int(id)] }

    /// The bytes of a symbol, with a space if it ends a word.
    func appendBytes(of id: Int32, to text: inout [UInt8]) {
        if let special = Self.specialName(id) {
            text.append(contentsOf: special.utf8)
            return
        }
        text.append(contentsOf: ownBytes(Int(id)))
        if endsWord[Int(id)] { text.append(UInt8(ascii: " ")) }
    }

    /// The symbol in the vocabulary file's alphabet, which shows every byte as a printable character.
    func piece(_ id: Int32) -> String {
        if let special = Self.specialName(id) { return special }
        var text = String(
            String.UnicodeScalarView(ownBytes(Int(id)).map { ByteAlphabet.characters[Int($0)] })
        )
        if endsWord[Int(id)] { text += "</w>" }
        return text
    }

    private func ownBytes(_ id: Int) -> ArraySlice<UInt8> {
        bytes[(id == 0 ? 0 : ends[id - 1])..<ends[id]]
    }

    private static func specialName(_ id: Int32) -> String? {
        switch id {
        case startOfText: "<start_of_text>"
        case endOfText: "<end_of_text>"
        default: nil
        }
    }
}

/// One symbol: some bytes, at the end of a word or not.
struct Symbol: Hashable {
    var bytes: [UInt8]
    var endsWord: Bool
}
