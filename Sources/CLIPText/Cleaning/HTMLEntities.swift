/// Character references resolved as HTML5 and Python's `html.unescape` do, with or without their semicolon.
enum HTMLEntities {
    static func unescaped(_ codes: [UInt32]) -> [UInt32] {
        guard codes.contains(0x26) else { return codes }
        return codes.rewritten { place, result in
            codes[place] == 0x26 ? resolve(codes, at: place, into: &result) : nil
        }
    }

    /// Appends what the reference at an `&` stands for and returns where it ends; nil if there is none.
    private static func resolve(_ codes: [UInt32], at start: Int, into result: inout [UInt32]) -> Int? {
        if start + 1 < codes.count, codes[start + 1] == 0x23 {
            guard let (value, end) = NumericReference.parse(codes[...], at: start) else { return nil }
            if let code = NumericReference.character(value) { result.append(code) }
            return end
        }
        var end = start + 1
        while end < codes.count, end - start <= 32, isNameCharacter(codes[end]) { end += 1 }
        guard end > start + 1 else { return nil }
        if end < codes.count, codes[end] == 0x3B { end += 1 }

        let longest = min(end - start - 1, HTMLEntityTable.longestName)
        let name = codes[(start + 1)..<end].prefix(longest).prefix { $0 < 0x80 }.map { UInt8($0) }
        var length = name.count
        while length > 0 {
            // A name of one character counts only when it is all there is.
            if length > 1 || length == end - start - 1,
                let reference = HTMLEntityTable.references[Array(name[..<length])]
            {
                result.append(contentsOf: reference)
                result.append(contentsOf: codes[(start + 1 + length)..<end])
                return end
            }
            length -= 1
        }
        result.append(contentsOf: codes[start..<end])
        return end
    }

    private static func isNameCharacter(_ code: UInt32) -> Bool {
        switch code {
        case 0x09, 0x0A, 0x0C, 0x20, 0x3C, 0x26, 0x23, 0x3B: false
        default: true
        }
    }
}
