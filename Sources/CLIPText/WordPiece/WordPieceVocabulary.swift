import Foundation

/// The word pieces of a `vocab.txt`: one per line, its number the id, `##` before those that continue a word.
final class WordPieceVocabulary: Sendable {
    /// The pieces as the file spells them.
    let pieces: [String]
    /// The content of the file.
    let content: Data
    let padding: Int32, unknown: Int32, start: Int32, separator: Int32
    /// The pieces in brackets that stand for themselves in a text, too.
    let specials: [(text: [UInt8], id: Int32)]

    private let beginnings, continuations: PieceTree

    /// The most characters of a word that is looked up.
    private static let longestWord = 100
    private static let continuation = "##"

    init(contentsOf file: URL) throws {
        do {
            content = try Data(contentsOf: file)
        } catch {
            throw TokenizerError.unreadableVocabulary(file: file, reason: error.localizedDescription)
        }
        var lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        var (beginnings, continuations) = (
            PieceTree(capacity: 4 * lines.count), PieceTree(capacity: lines.count)
        )
        var ids: [String: Int32] = [:]
        ids.reserveCapacity(lines.count)
        pieces = try lines.enumerated().map { number, line in
            func problem(_ found: String, _ expected: String) -> TokenizerError {
                .badVocabulary(file: file, found: "\(found) in line \(number + 1)", expected: expected)
            }
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard let piece = String(validating: line, as: UTF8.self) else {
                throw problem("bytes that are not UTF-8", "text")
            }
            guard !piece.isEmpty else { throw problem("nothing", "a word piece") }
            guard ids.updateValue(Int32(number), forKey: piece) == nil else {
                throw problem("'\(piece)' a second time", "each word piece once")
            }
            if line.count > 2, line.prefix(2).elementsEqual(Self.continuation.utf8) {
                continuations.insert(line.dropFirst(2), id: Int32(number))
            } else {
                beginnings.insert(line, id: Int32(number))
            }
            return piece
        }
        (self.beginnings, self.continuations) = (beginnings, continuations)
        func special(_ name: String) throws -> Int32 {
            guard let id = ids[name] else {
                throw TokenizerError.badVocabulary(
                    file: file,
                    found: "\(lines.count) lines without \(name)",
                    expected: "[PAD], [UNK], [CLS] and [SEP] among them"
                )
            }
            return id
        }
        padding = try special("[PAD]")
        unknown = try special("[UNK]")
        start = try special("[CLS]")
        separator = try special("[SEP]")
        guard padding == 0 else {
            throw TokenizerError.badVocabulary(
                file: file,
                found: "[PAD] in line \(padding + 1)",
                expected: "it in line 1"
            )
        }
        specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].compactMap { name in
            ids[name].map { (Array(name.utf8), $0) }
        }
    }

    /// Whether a piece continues a word.
    func continues(_ id: Int32) -> Bool {
        pieces.indices.contains(Int(id)) && pieces[Int(id)].hasPrefix(Self.continuation)
    }

    /// A piece as it stands in a text; empty for those in brackets.
    func text(of id: Int32) -> String {
        guard pieces.indices.contains(Int(id)), !specials.contains(where: { $0.id == id }) else { return "" }
        let piece = pieces[Int(id)]
        return piece.count > 2 && piece.hasPrefix(Self.continuation) ? String(piece.dropFirst(2)) : piece
    }

    /// Appends the pieces of a word: from its start the longest one that there is, and so on; one for the unknown where the
    /// word is too long or some of it is no piece.
    func append(_ word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
        let first = ids.count
        let characters = word.count { $0 & 0xC0 != 0x80 }
        var place = 0
        while characters <= Self.longestWord, place < word.count {
            guard let piece = (place == 0 ? beginnings : continuations).longest(in: word, from: place) else {
                break
            }
            ids.append(piece.id)
            place = piece.end
        }
        guard place < word.count else { return }
        ids.removeSubrange(first...)
        ids.append(unknown)
    }
}
