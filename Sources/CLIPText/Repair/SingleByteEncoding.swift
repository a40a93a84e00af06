/// An encoding of one byte per character, in which UTF-8 may have been read by mistake.
///
/// A sloppy encoding lets unassigned bytes stand for themselves, and byte 1A for U+FFFD: a byte that was lost.
struct SingleByteEncoding: Sendable {
    let isLatin1: Bool
    let isSloppy: Bool
    /// En dash and space look like UTF-8 in this one, so spaces stay spaces.
    let isMacRoman: Bool
    private let high: [UInt32]
    private let bytes: [UInt32: UInt8]

    /// Every encoding to try, in this order.
    static let all: [SingleByteEncoding] =
        [SingleByteEncoding(name: "latin-1", isSloppy: false, high: Array(0x80...0xFF))]
        + tables.map { table in
            let high = CodePointList.ranges(table.high).map(\.lowerBound)
            return SingleByteEncoding(name: table.name, isSloppy: table.isSloppy, high: high)
        }

    /// Windows-1252, unassigned bytes standing for themselves.
    static let windows1252 = all[1]

    private init(name: String, isSloppy: Bool, high: [UInt32]) {
        isLatin1 = name == "latin-1"
        isMacRoman = name == "macroman"
        self.isSloppy = isSloppy
        self.high = high
        bytes = Dictionary(high.enumerated().map { ($1, UInt8($0 + 0x80)) }) { first, _ in first }
    }

    func decode(_ byte: UInt8) -> UInt32 {
        if byte >= 0x80 { return high[Int(byte) - 0x80] }
        return isSloppy && byte == 0x1A ? 0xFFFD : UInt32(byte)
    }

    /// The bytes of a text; nil if it has a character that the encoding lacks.
    func encode(_ codes: [UInt32]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(codes.count)
        for code in codes {
            if code < 0x80 {
                if isSloppy && code == 0x1A { return nil }
                result.append(UInt8(code))
            } else if isLatin1 {
                guard code <= 0xFF else { return nil }
                result.append(UInt8(code))
            } else if isSloppy && code == 0xFFFD {
                result.append(0x1A)
            } else {
                guard let byte = bytes[code] else { return nil }
                result.append(byte)
            }
        }
        return result
    }
}
