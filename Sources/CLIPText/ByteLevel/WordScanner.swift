/// Cuts text as a ``WordPattern`` does; the pieces follow one another without gaps.
struct WordScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let pattern: WordPattern
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ pattern: WordPattern) {
        self.bytes = bytes
        self.pattern = pattern
    }

    /// The next piece.
    @inline(__always)
    mutating func next() -> Range<Int>? {
        guard position < bytes.count else { return nil }
        let start = position
        switch pattern {
        case .gpt2: position = gpt2(start)
        case .numbered(let digits): position = numbered(start, digits)
        }
        return start..<position
    }

    private func gpt2(_ start: Int) -> Int {
        let byte = bytes[start]
        if byte == UInt8(ascii: "'"), let end = contraction(start, ignoringCase: false) { return end }
        let (kind, length) = PieceKinds.kind(bytes, at: start)
        guard kind == .space else { return end(of: kind, start + length) }
        if byte == UInt8(ascii: " "), start + 1 < bytes.count {
            let (next, length) = PieceKinds.kind(bytes, at: start + 1)
            if next != .space { return end(of: next, start + 1 + length) }
        }
        return blanks(start).end
    }

    private func numbered(_ start: Int, _ digits: Int) -> Int {
        let byte = bytes[start]
        if byte == UInt8(ascii: "'"), let end = contraction(start, ignoringCase: true) { return end }
        let (kind, length) = PieceKinds.kind(bytes, at: start)
        let second = start + length
        switch kind {
        case .letter: return end(of: .letter, second)
        case .number: return end(of: .number, second, atMost: digits - 1)
        case .other, .space:
            let isNewline = Self.isNewline(byte)
            if !isNewline, second < bytes.count {
                let (next, length) = PieceKinds.kind(bytes, at: second)
                if next == .letter { return end(of: .letter, second + length) }
                if byte == UInt8(ascii: " "), next == .other {
                    return newlines(end(of: .other, second + length))
                }
            }
            if kind == .other { return newlines(end(of: .other, second)) }
            let run = blanks(start)
            return run.lastNewline ?? run.end
        }
    }

    /// Where a run of characters of a kind ends.
    @inline(__always)
    private func end(of wanted: ScalarClasses.Kind, _ start: Int, atMost count: Int = .max) -> Int {
        var (place, left) = (start, count)
        while place < bytes.count, left > 0 {
            let (kind, length) = PieceKinds.kind(bytes, at: place)
            if kind != wanted { break }
            place += length
            left -= 1
        }
        return place
    }

    /// A run of blanks: where `\s+(?!\S)|\s+` ends, and where the last line break in it ends.
    private func blanks(_ start: Int) -> (end: Int, lastNewline: Int?) {
        var (place, last) = (start, start)
        var newline: Int?
        while place < bytes.count {
            let (kind, length) = PieceKinds.kind(bytes, at: place)
            if kind != .space { break }
            if Self.isNewline(bytes[place]) { newline = place + 1 }
            last = place
            place += length
        }
        // The last blank before something else is left to it, if it is not the only one.
        return (place == bytes.count || last == start ? place : last, newline)
    }

    private func newlines(_ start: Int) -> Int {
        var place = start
        while place < bytes.count, Self.isNewline(bytes[place]) { place += 1 }
        return place
    }

    private static func isNewline(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    /// Where one of `'s 't 're 've 'm 'll 'd` ends; where case does not count, U+017F is an `s`.
    private func contraction(_ start: Int, ignoringCase: Bool) -> Int? {
        func letter(_ offset: Int) -> UInt8 {
            guard start + offset < bytes.count else { return 0 }
            let byte = bytes[start + offset]
            return ignoringCase && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        }
        switch letter(1) {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        case UInt8(ascii: "r") where letter(2) == UInt8(ascii: "e"),
            UInt8(ascii: "v") where letter(2) == UInt8(ascii: "e"),
            UInt8(ascii: "l") where letter(2) == UInt8(ascii: "l"):
            return start + 3
        case 0xC5 where ignoringCase && letter(2) == 0xBF: return start + 3
        default: return nil
        }
    }
}
