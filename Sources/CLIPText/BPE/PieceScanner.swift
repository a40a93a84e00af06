/// Splits cleaned text as CLIP's pattern does:
/// `<start_of_text>|<end_of_text>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`, ignoring case.
struct PieceScanner {
    /// One match of the pattern.
    enum Piece {
        case special(Int32)
        case word(Range<Int>)
    }

    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func next() -> Piece? {
        while position < bytes.count {
            let start = position
            let (kind, length) = classify(start)
            position += length
            switch kind {
            case .space: continue
            case .number: return .word(start..<position)
            case .letter:
                skip(.letter)
                return .word(start..<position)
            case .other:
                if let piece = fixedPiece(start) { return piece }
                skip(.other)
                return .word(start..<position)
            }
        }
        return nil
    }

    private mutating func skip(_ wanted: ScalarClasses.Kind) {
        while position < bytes.count {
            let (kind, length) = classify(position)
            if kind != wanted { return }
            position += length
        }
    }

    @inline(__always)
    private func classify(_ index: Int) -> (ScalarClasses.Kind, Int) {
        let byte = bytes[index]
        if byte < 0x80 { return (ScalarClasses.ascii(byte), 1) }
        let (scalar, length) = UTF8Bytes.scalar(bytes, at: index)
        return (ScalarClasses.kind(scalar), length)
    }

    /// A special name or a contraction at `start`; moves behind it.
    private mutating func fixedPiece(_ start: Int) -> Piece? {
        if bytes[start] == UInt8(ascii: "'") {
            for ending in Self.contractions {
                if let end = match(ending, at: start + 1) {
                    position = end
                    return .word(start..<end)
                }
            }
        } else if bytes[start] == UInt8(ascii: "<") {
            for (id, name) in Self.specials {
                if let end = match(name, at: start) {
                    position = end
                    // open_clip knows the special names by their exact spelling only.
                    let isExact = end - start == name.count && bytes[start..<end].elementsEqual(name)
                    return isExact ? .special(id) : .word(start..<end)
                }
            }
        }
        return nil
    }

    /// Where `name` ends if it stands at `start`; the case of letters is ignored, and U+017F is an `s`.
    private func match(_ name: [UInt8], at start: Int) -> Int? {
        var index = start
        for wanted in name {
            guard index < bytes.count else { return nil }
            let byte = bytes[index]
            if byte == wanted || (byte >= 0x41 && byte <= 0x5A && byte | 0x20 == wanted) {
                index += 1
            } else if wanted == UInt8(ascii: "s"), byte == 0xC5, index + 1 < bytes.count,
                bytes[index + 1] == 0xBF
            {
                index += 2
            } else {
                return nil
            }
        }
        return index
    }

    private static let contractions = ["s", "t", "re", "ve", "m", "ll", "d"].map { Array($0.utf8) }
    private static let specials = [
        (Vocabulary.startOfText, Array("<start_of_text>".utf8)),
        (Vocabulary.endOfText, Array("<end_of_text>".utf8)),
    ]
}
