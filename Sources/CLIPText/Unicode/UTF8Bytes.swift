/// Decoding and encoding of UTF-8.
enum UTF8Bytes {
    /// The code point at `index` and its length in bytes; the bytes must be valid UTF-8.
    @inline(__always)
    static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (UInt32, Int) {
        let first = UInt32(bytes[index])
        if first < 0x80 { return (first, 1) }
        func tail(_ offset: Int) -> UInt32 { UInt32(bytes[index + offset]) & 0x3F }
        if first < 0xE0 { return ((first & 0x1F) << 6 | tail(1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3) }
        return ((first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
    }

    static func codePoints(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt32] {
        var codes: [UInt32] = []
        codes.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let (code, length) = scalar(bytes, at: index)
            codes.append(code)
            index += length
        }
        return codes
    }

    static func append(_ code: UInt32, to bytes: inout [UInt8]) {
        switch code {
        case ..<0x80: bytes.append(UInt8(code))
        case ..<0x800:
            bytes.append(UInt8(0xC0 | code >> 6))
            bytes.append(UInt8(0x80 | code & 0x3F))
        case ..<0x10000:
            bytes.append(UInt8(0xE0 | code >> 12))
            bytes.append(UInt8(0x80 | code >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | code & 0x3F))
        default:
            bytes.append(UInt8(0xF0 | code >> 18 & 0x07))
            bytes.append(UInt8(0x80 | code >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | code >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | code & 0x3F))
        }
    }

    /// Strict decoding: nil if any byte is out of place.
    static func decodeStrictly(_ bytes: ArraySlice<UInt8>, into codes: inout [UInt32]) -> Bool {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let first = UInt32(bytes[index])
            let count: Int
            let least: UInt32
            var code: UInt32
            switch first {
            case ..<0x80: (count, least, code) = (1, 0, first)
            case 0xC2..<0xE0: (count, least, code) = (2, 0x80, first & 0x1F)
            case 0xE0..<0xF0: (count, least, code) = (3, 0x800, first & 0x0F)
            case 0xF0..<0xF5: (count, least, code) = (4, 0x10000, first & 0x07)
            default: return false
            }
            guard index + count <= bytes.endIndex else { return false }
            for offset in 1..<max(count, 1) where count > 1 {
                let byte = UInt32(bytes[index + offset])
                guard byte & 0xC0 == 0x80 else { return false }
                code = code << 6 | byte & 0x3F
            }
            guard code >= least, code <= 0x10FFFF, !(0xD800...0xDFFF).contains(code) else { return false }
            codes.append(code)
            index += count
        }
        return true
    }
}
