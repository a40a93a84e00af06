/// Terminal escape sequences, such as those for colours: ESC `[`, digits and semicolons, a letter.
enum TerminalEscapes {
    static func removed(from codes: [UInt32]) -> [UInt32] {
        guard codes.contains(0x1B) else { return codes }
        return codes.rewritten { place, _ in end(of: codes, at: place) }
    }

    private static func end(of codes: [UInt32], at start: Int) -> Int? {
        guard codes[start] == 0x1B, start + 1 < codes.count, codes[start + 1] == 0x5B else { return nil }
        var index = start + 2
        while index < codes.count, codes[index] == 0x3B || ScalarClasses.isDecimalDigit(codes[index]) {
            index += 1
        }
        guard index < codes.count, codes[index] < 0x80, ScalarClasses.ascii(UInt8(codes[index])) == .letter
        else { return nil }
        return index + 1
    }
}
