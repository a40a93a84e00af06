/// UTF-8, and the two forms of it that some systems write: surrogate pairs of three bytes each (CESU-8) and
/// NUL in two bytes (Java).
enum UTF8Variants {
    /// The text of the bytes; nil if they are none of these.
    static func decode(_ bytes: [UInt8]) -> [UInt32]? {
        var codes: [UInt32] = []
        codes.reserveCapacity(bytes.count)
        var plain = 0
        var index = 0
        while index < bytes.count {
            guard let (code, length) = special(bytes, at: index) else {
                index += 1
                continue
            }
            guard UTF8Bytes.decodeStrictly(bytes[plain..<index], into: &codes) else { return nil }
            codes.append(code)
            index += length
            plain = index
        }
        return UTF8Bytes.decodeStrictly(bytes[plain...], into: &codes) ? codes : nil
    }

    private static func special(_ bytes: [UInt8], at index: Int) -> (UInt32, Int)? {
        let left = bytes.count - index
        if bytes[index] == 0xC0, left >= 2 {
            // The peer also takes a line's last byte for the second half.
            return bytes[index + 1] == 0x80 || (left == 2 && bytes[index + 1] == 0x0A) ? (0, 2) : nil
        }
        guard bytes[index] == 0xED, left >= 6, (0xA0...0xAF).contains(bytes[index + 1]),
            (0x80...0xBF).contains(bytes[index + 2]), bytes[index + 3] == 0xED,
            (0xB0...0xBF).contains(bytes[index + 4]),
            (0x80...0xBF).contains(bytes[index + 5]) || (left == 6 && bytes[index + 5] == 0x0A)
        else { return nil }
        let high = UInt32(bytes[index + 1] & 0x0F) << 16 | UInt32(bytes[index + 2] & 0x3F) << 10
        let low = UInt32(bytes[index + 4] & 0x0F) << 6 | UInt32(bytes[index + 5] & 0x3F)
        return (0x10000 + high + low, 6)
    }
}
