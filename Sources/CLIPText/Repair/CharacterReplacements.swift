/// Characters put in place of others that hardly anyone means: C1 controls, ligatures, wide forms, curly quotes.
enum CharacterReplacements {
    /// C1 control characters become what Windows-1252 has in their place.
    static func withoutC1(_ codes: [UInt32]) -> [UInt32] {
        guard codes.contains(where: { (0x80...0x9F).contains($0) }) else { return codes }
        return codes.map {
            (0x80...0x9F).contains($0) ? SingleByteEncoding.windows1252.decode(UInt8($0)) : $0
        }
    }

    /// All replacements, in the order in which they build on each other.
    static func apply(_ codes: [UInt32]) -> [UInt32] {
        var codes = withoutC1(codes)
        codes = replacing(codes, ligatureTable)
        codes = replacing(codes, widthTable)
        codes = withPlainQuotes(codes)
        codes = withPlainLineBreaks(codes)
        codes = TerminalEscapes.removed(from: codes)
        if codes.contains(where: isControl) { codes.removeAll(where: isControl) }
        return codes
    }

    private static let ligatureTable = CodePointList.replacements(ligatures)
    private static let widthTable = CodePointList.replacements(widthForms)
        .merging((0xFF01...0xFF5E).map { ($0, [$0 - 0xFEE0]) }) { first, _ in first }

    private static func replacing(_ codes: [UInt32], _ table: [UInt32: [UInt32]]) -> [UInt32] {
        guard codes.contains(where: { $0 >= 0x132 && isReplaceable($0) && table[$0] != nil }) else {
            return codes
        }
        return codes.flatMap { table[$0] ?? [$0] }
    }

    /// Whether a code point is in a block that the tables touch.
    private static func isReplaceable(_ code: UInt32) -> Bool {
        (0x132...0x149).contains(code) || (0x1C4...0x1F3).contains(code) || code == 0x3000
            || (0xFB00...0xFFEF).contains(code)
    }

    private static func withPlainQuotes(_ codes: [UInt32]) -> [UInt32] {
        codes.map { code in
            switch code {
            case 0x2BC, 0x2018...0x201B: 0x27
            case 0x201C...0x201F: 0x22
            default: code
            }
        }
    }

    /// CR LF, CR, NEL and the Unicode separators become LF.
    private static func withPlainLineBreaks(_ codes: [UInt32]) -> [UInt32] {
        guard codes.contains(where: isLineBreak) else { return codes }
        var result: [UInt32] = []
        result.reserveCapacity(codes.count)
        for (index, code) in codes.enumerated() {
            switch code {
            case 0x0D where index + 1 < codes.count && codes[index + 1] == 0x0A: continue
            case _ where isLineBreak(code): result.append(0x0A)
            default: result.append(code)
            }
        }
        return result
    }

    private static func isLineBreak(_ code: UInt32) -> Bool {
        code == 0x0D || code == 0x85 || code == 0x2028 || code == 0x2029
    }

    /// Control characters without effect on white space or on the shape of text.
    private static func isControl(_ code: UInt32) -> Bool {
        switch code {
        case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFC: true
        default: false
        }
    }
}
