/// Repairs of bytes that were UTF-8 before a program altered or lost some of them.
enum UTF8Sequences {
    private static func isTail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// A later byte of a sequence, without A0 (which became the space) and 85.
    private static func isPlainTail(_ byte: UInt8) -> Bool { isTail(byte) && byte != 0x85 && byte != 0xA0 }

    /// Puts byte A0 back where a space stands in a sequence that is likely with it.
    static func restoringA0(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.indices.contains(where: { alteredLength(bytes, $0) > 0 }) else { return bytes }
        var bytes = separatingGraveA(bytes)
        var index = 0
        while index < bytes.count {
            let length = alteredLength(bytes, index)
            for place in index..<(index + length) where bytes[place] == 0x20 { bytes[place] = 0xA0 }
            index += max(length, 1)
        }
        return bytes
    }

    /// Length of a sequence that would be UTF-8 if its space were A0; 0 if there is none.
    private static func alteredLength(_ bytes: [UInt8], _ index: Int) -> Int {
        let left = bytes.count - index
        let first = bytes[index]
        switch first {
        case 0xC2, 0xC3, 0xC5, 0xCE, 0xD0, 0xD9: return left > 1 && bytes[index + 1] == 0x20 ? 2 : 0
        case 0xE0...0xE3:
            guard left > 2 else { return 0 }
            let (second, third) = (bytes[index + 1], bytes[index + 2])
            if first >= 0xE2, second == 0x20, isPlainTail(third) { return 3 }
            return isPlainTail(second) && third == 0x20 ? 3 : 0
        case 0xF0:
            guard left > 3 else { return 0 }
            let rest = bytes[(index + 1)..<(index + 4)]
            let spaces = rest.count { $0 == 0x20 }
            return spaces == 1 && rest.allSatisfy({ $0 == 0x20 || isTail($0) }) ? 4 : 0
        default: return 0
        }
    }

    /// "à" alone is a word in many languages: behind it the space stays, unless a Portuguese contraction follows.
    private static func separatingGraveA(_ bytes: [UInt8]) -> [UInt8] {
        bytes.rewritten { place, result in
            guard bytes[place] == 0xC3, place + 1 < bytes.count, bytes[place + 1] == 0x20,
                !contractions.contains(where: { bytes[(place + 2)...].starts(with: $0) })
            else { return nil }
            result += [0xC3, 0xA0, 0x20]
            return place + 2
        }
    }

    private static let contractions = [" ", "quele", "quela", "quilo", "s "].map { Array($0.utf8) }

    /// Puts U+FFFD for sequences of which a byte was lost (1A, or once `?`).
    static func replacingLossy(_ bytes: [UInt8]) -> [UInt8] {
        bytes.rewritten { place, result in
            let length = lossyLength(bytes, place)
            guard length > 0 else { return nil }
            result += [0xEF, 0xBF, 0xBD]
            return place + length
        }
    }

    private static func lossyLength(_ bytes: [UInt8], _ index: Int) -> Int {
        func isLost(_ offset: Int) -> Bool {
            index + offset < bytes.count && (bytes[index + offset] == 0x1A || bytes[index + offset] == 0x3F)
        }
        func isTailOrGone(_ offset: Int) -> Bool {
            index + offset < bytes.count && (bytes[index + offset] == 0x1A || isTail(bytes[index + offset]))
        }
        func isIn(_ range: ClosedRange<UInt8>, _ offset: Int) -> Bool {
            index + offset < bytes.count && range.contains(bytes[index + offset])
        }
        let first = bytes[index]
        switch first {
        case 0x1A: return 1
        case 0xC2...0xDF:
            guard isLost(1) else { return 0 }
            return bytes[index + 1] == 0x1A || first <= 0xC3 ? 2 : 0
        case 0xE0...0xEF:
            if first == 0xED, isIn(0xA0...0xAF, 1), isIn(0xED...0xED, 3), isIn(0xB0...0xBF, 4),
                isLost(2) && (isLost(5) || isTailOrGone(5)) || (isLost(2) || isTailOrGone(2)) && isLost(5)
            {
                return 6
            }
            return isLost(1) && isTailOrGone(2) || isTailOrGone(1) && isLost(2) ? 3 : 0
        case 0xF0...0xF4:
            let isLossy =
                isLost(1) && isTailOrGone(2) && isTailOrGone(3)
                || isTailOrGone(1) && isLost(2) && isTailOrGone(3)
                || isTailOrGone(1) && isTailOrGone(2) && isLost(3)
            return isLossy ? 4 : 0
        default: return 0
        }
    }
}
