/// Why bytes are no UTF-8 text, and what to do about it.
public struct NotUTF8: Error, Equatable, CustomStringConvertible {
    /// Where it goes wrong, in bytes from the start.
    public let offset: Int
    /// What was found there, to follow a name and a colon.
    public let problem: String
    /// What to do, to follow a semicolon.
    public let advice: String

    /// Problem and advice.
    public var description: String { "\(problem); \(advice)" }

    /// What is expected in its place, for messages.
    var expected: String { "UTF-8 text; \(advice)" }

    /// Looks at a whole text, or a part of one; nil where it is UTF-8, with a byte order mark or without.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        if let error = Self.wide(bytes) {
            self = error
        } else if let offset = Self.firstInvalid(bytes) {
            self.init(
                offset: offset,
                problem:
                    "byte 0x\(String(bytes[offset], radix: 16, uppercase: true)) stands where UTF-8 has none",
                advice: Self.advice(from: "WINDOWS-1252")
            )
        } else {
            return nil
        }
    }

    private init(offset: Int, problem: String, advice: String) {
        self.offset = offset
        self.problem = problem
        self.advice = advice
    }

    private static func advice(from encoding: String) -> String {
        "convert it, as with `iconv -f \(encoding) -t UTF-8`"
    }

    /// Says by the first bytes of a text whether it is UTF-16, with a byte order mark or without.
    ///
    /// Without one, the letters of most scripts of the West have a zero beside them, and UTF-8 text has no zeros.
    static func wide(_ bytes: UnsafeRawBufferPointer) -> NotUTF8? {
        let start = bytes.prefix(256)
        let isMarked = start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
        let zeros = start.count { $0 == 0 }
        guard isMarked || zeros > 1 && zeros * 4 > start.count else { return nil }
        return NotUTF8(offset: 0, problem: "it is UTF-16 text", advice: advice(from: "UTF-16"))
    }

    /// Where the first byte lies that belongs to no character.
    private static func firstInvalid(_ bytes: UnsafeRawBufferPointer) -> Int? {
        if LineScanner.isUTF8(bytes) { return nil }
        var place = 0
        while place < bytes.count {
            let lead = bytes[place]
            // The second byte of some characters has a narrower range: no long forms, no halves of pairs.
            let (count, second): (Int, ClosedRange<UInt8>)
            switch lead {
            case ..<0x80: (count, second) = (1, 0...0)
            case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
            case 0xE0: (count, second) = (3, 0xA0...0xBF)
            case 0xED: (count, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
            case 0xF0: (count, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
            case 0xF4: (count, second) = (4, 0x80...0x8F)
            default: return place
            }
            guard bytes.count - place >= count, count == 1 || second.contains(bytes[place + 1]),
                bytes[place..<place + count].dropFirst(2).allSatisfy({ $0 & 0xC0 == 0x80 })
            else { return place }
            place += count
        }
        return nil
    }
}
