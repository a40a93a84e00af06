/// Unicode's normalization forms C and D.
///
/// Written out because Foundation's form composes some characters beyond the basic plane wrongly: it takes
/// U+E0067 U+0301 for a `g` with an acute accent.
enum CanonicalComposition {
    static func apply(_ codes: [UInt32]) -> [UInt32] {
        if codes.allSatisfy(isInert) { return codes }
        let (parts, classes) = taken(apart: codes)
        return composed(parts, classes)
    }

    /// Form D.
    static func decomposed(_ codes: [UInt32]) -> [UInt32] { taken(apart: codes).parts }

    private static func taken(apart codes: [UInt32]) -> (parts: [UInt32], classes: [UInt8]) {
        var parts: [UInt32] = []
        parts.reserveCapacity(codes.count + 8)
        for code in codes { appendDecomposition(of: code, to: &parts) }
        let classes = reorder(&parts)
        return (parts, classes)
    }

    /// Characters of blocks in which the form changes nothing and nothing combines with what stands before.
    private static func isInert(_ code: UInt32) -> Bool {
        switch code {
        case ..<0x300, 0x400..<0x483, 0x2010..<0x20D0, 0x3041..<0x3097, 0x30A1..<0x30FB, 0x4E00..<0xA000,
            0xAC00..<0xD7A4, 0x1F300..<0x1FB00:
            true
        default: false
        }
    }

    private struct Tables: Sendable {
        var decompositions: [UInt32: [UInt32]] = [:]
        var compositions: [UInt64: UInt32] = [:]

        init() {
            for table in [firstDecompositions, secondDecompositions] {
                CodePointList.forEachEntry(table) { name, separator, codes in
                    let code = CodePointList.number(name[...])
                    decompositions[code] = codes
                    if separator == UInt8(ascii: ":") { compositions[pair(codes[0], codes[1])] = code }
                }
            }
        }
    }

    private static let tables = Tables()

    private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 {
        UInt64(first) << 32 | UInt64(second)
    }

    private static func appendDecomposition(of code: UInt32, to parts: inout [UInt32]) {
        if code < 0xC0 {
            parts.append(code)
        } else if let syllable = HangulSyllable.parts(of: code) {
            parts.append(contentsOf: syllable)
        } else if let decomposition = tables.decompositions[code] {
            for part in decomposition { appendDecomposition(of: part, to: &parts) }
        } else {
            parts.append(code)
        }
    }

    /// Sorts each run of marks by combining class, stably, and returns the classes.
    private static func reorder(_ parts: inout [UInt32]) -> [UInt8] {
        let classes = parts.map { code -> UInt8 in
            code < 0x300 ? 0 : Unicode.Scalar(code)?.properties.canonicalCombiningClass.rawValue ?? 0
        }
        var sorted = classes
        var index = 0
        while index < parts.count {
            var end = index
            while end < parts.count, classes[end] != 0 { end += 1 }
            if end - index > 1 {
                let order = (index..<end).sorted { (classes[$0], $0) < (classes[$1], $1) }
                let marks = order.map { parts[$0] }
                for (offset, place) in order.enumerated() {
                    parts[index + offset] = marks[offset]
                    sorted[index + offset] = classes[place]
                }
            }
            index = end + 1
        }
        return sorted
    }

    /// Puts each starter together with the marks that nothing blocks from it.
    private static func composed(_ parts: [UInt32], _ classes: [UInt8]) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(parts.count)
        var starter: Int?
        var lastClass: UInt8 = 0
        for (code, combiningClass) in zip(parts, classes) {
            if let starter, result.count == starter + 1 || lastClass < combiningClass,
                let whole = HangulSyllable.whole(result[starter], code)
                    ?? tables.compositions[pair(result[starter], code)]
            {
                result[starter] = whole
                continue
            }
            if combiningClass == 0 { starter = result.count }
            lastClass = combiningClass
            result.append(code)
        }
        return result
    }
}
