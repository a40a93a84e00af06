extension JSONRow {
    static let controlCharacter = "a control character stands inside a text"
    static let openText = "a text is never closed"

    /// Reads a text in quotation marks.
    mutating func string() throws(Malformed) -> String {
        guard take("\"") else { throw expected("a text in quotation marks") }
        let start = place
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            place += 1
        }
        if peek == UInt8(ascii: "\"") {
            defer { place += 1 }
            guard let text = LineScanner.text(UnsafeRawBufferPointer(rebasing: bytes[start..<place])) else {
                throw notText(from: start)
            }
            return text
        }
        var units = Array(bytes[start..<place])
        while let byte = peek {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return try decoded(units, from: start)
            case UInt8(ascii: "\\"): try escape(into: &units)
            case ..<0x20: throw Malformed(problem: Self.controlCharacter)
            default: units.append(byte)
            }
        }
        throw Malformed(problem: Self.openText)
    }

    private func decoded(_ units: [UInt8], from start: Int) throws(Malformed) -> String {
        guard let text = units.withUnsafeBytes(LineScanner.text) else { throw notText(from: start) }
        return text
    }

    private func notText(from start: Int) -> Malformed {
        Malformed(problem: "the text at byte \(start + 1) of it is not UTF-8")
    }

    private mutating func escape(into units: inout [UInt8]) throws(Malformed) {
        let byte = peek
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte ?? 0)
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
                bytes[place + 1] == UInt8(ascii: "u")
            {
                let back = place
                place += 2
                let low = try hexadecimal()
                if (0xDC00..<0xE000).contains(low) {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                } else {
                    place = back
                }
            }
            // Half a pair stands for no character.
            let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
            units.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw Malformed(problem: "a text holds an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(Malformed) -> UInt32 {
        guard place + 4 <= bytes.count,
            bytes[place..<place + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        else { throw Malformed(problem: "a text holds '\\u' without four hexadecimal digits") }
        place += 4
        return code
    }
}
