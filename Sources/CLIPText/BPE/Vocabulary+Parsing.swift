import Foundation

extension Vocabulary {
    /// Reads `bpe_simple_vocab_16e6.txt`: a header line, then one merge a line, of which CLIP takes the first 48,894.
    convenience init(contentsOf file: URL) throws {
        let data: Data
        do {
            data = try Data(contentsOf: file, options: .mappedIfSafe)
        } catch {
            throw TokenizerError.unreadable(file: file, reason: error.localizedDescription)
        }
        let lines = data.split(
            separator: UInt8(ascii: "\n"),
            maxSplits: Self.mergeCount + 1,
            omittingEmptySubsequences: false
        )
        .dropFirst().prefix(Self.mergeCount)
        guard lines.count == Self.mergeCount else {
            throw TokenizerError.tooFewMerges(file: file, found: lines.count, needed: Self.mergeCount)
        }

        var symbols = ByteAlphabet.order.map { Symbol(bytes: [$0], endsWord: false) }
        symbols += ByteAlphabet.order.map { Symbol(bytes: [$0], endsWord: true) }
        symbols.reserveCapacity(Self.size)
        var ids = Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, UInt16($0)) })
        ids.reserveCapacity(Self.size)
        var merges = MergeTable<UInt16>(capacity: Self.mergeCount)
        for (index, line) in lines.enumerated() {
            guard let (left, right) = Self.pair(line), !left.endsWord, let first = ids[left],
                let second = ids[right]
            else {
                throw TokenizerError.badMerge(
                    file: file,
                    line: index + 2,
                    text: String(decoding: line, as: UTF8.self)
                )
            }
            let merged = Symbol(bytes: left.bytes + right.bytes, endsWord: right.endsWord)
            let id = UInt16(symbols.count)
            symbols.append(merged)
            ids[merged] = id
            merges.insert(left: first, right: second, merged: id)
        }
        self.init(merges: merges, symbols: symbols)
    }

    private static func pair(_ line: Data.SubSequence) -> (Symbol, Symbol)? {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")),
            let left = symbol(line[..<space]), let right = symbol(line[(space + 1)...])
        else { return nil }
        return (left, right)
    }

    private static func symbol(_ text: Data.SubSequence) -> Symbol? {
        var text = text
        let endsWord = text.count > 4 && text.suffix(4).elementsEqual("</w>".utf8)
        if endsWord { text = text.dropLast(4) }
        var bytes: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            // The alphabet ends at U+0143, so a character has one or two bytes.
            var code = UInt32(text[index])
            index += 1
            if code >= 0x80 {
                guard code & 0xE0 == 0xC0, index < text.endIndex else { return nil }
                code = (code & 0x1F) << 6 | UInt32(text[index] & 0x3F)
                index += 1
            }
            guard let byte = byteOfCharacter[code] else { return nil }
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : Symbol(bytes: bytes, endsWord: endsWord)
    }

    private static let byteOfCharacter: [UInt32: UInt8] = Dictionary(
        uniqueKeysWithValues: ByteAlphabet.characters.enumerated().map { ($1.value, UInt8($0)) }
    )
}
