/// Character references by number: `&#233;`, `&#xE9;`.
enum NumericReference {
    /// The number (saturated) of the reference at an `&` and where it ends, a semicolon included if there is one.
    static func parse(_ codes: ArraySlice<UInt32>, at start: Int) -> (value: UInt32, end: Int)? {
        var index = start + 2
        let isHexadecimal = index < codes.endIndex && (codes[index] == 0x78 || codes[index] == 0x58)
        if isHexadecimal { index += 1 }
        let first = index
        var value: UInt32 = 0
        while index < codes.endIndex, let digit = digit(codes[index], isHexadecimal: isHexadecimal) {
            value = min(value * (isHexadecimal ? 16 : 10) + digit, 0x110000)
            index += 1
        }
        guard index > first else { return nil }
        if index < codes.endIndex, codes[index] == 0x3B { index += 1 }
        return (value, index)
    }

    /// The character of a number by HTML5's rules; nil for those that stand for nothing.
    static func character(_ value: UInt32) -> UInt32? {
        switch value {
        case 0: 0xFFFD
        case 0x0D: 0x0D
        case 0x80...0x9F: SingleByteEncoding.windows1252.decode(UInt8(value))
        case 0xD800...0xDFFF: 0xFFFD
        case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: nil
        case 0x110000...: 0xFFFD
        default: value & 0xFFFE == 0xFFFE ? nil : value
        }
    }

    private static func digit(_ code: UInt32, isHexadecimal: Bool) -> UInt32? {
        switch code {
        case 0x30...0x39: code - 0x30
        case 0x41...0x46 where isHexadecimal: code - 0x37
        case 0x61...0x66 where isHexadecimal: code - 0x57
        default: nil
        }
    }
}
