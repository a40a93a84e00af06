/// Reads the generated tables: words of hexadecimal code points.
enum CodePointList {
    /// Calls `body` with the name, the separator and the code points of each entry `name:41+42`.
    static func forEachEntry(
        _ table: String,
        _ body: (_ name: [UInt8], _ separator: UInt8, _ codes: [UInt32]) -> Void
    ) {
        for word in words(table) {
            guard let place = word.lastIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ",") })
            else { continue }
            let codes = word[(place + 1)...].split(separator: UInt8(ascii: "+")).map(number)
            body(Array(word[..<place]), word[place], codes)
        }
    }

    /// The ranges of a list such as `A0 B4-B7`.
    static func ranges(_ list: String) -> [ClosedRange<UInt32>] {
        words(list).map { word in
            let ends = word.split(separator: UInt8(ascii: "-")).map(number)
            return ends[0]...ends[ends.count - 1]
        }
    }

    /// Entries `41:42+43` by their code point.
    static func replacements(_ table: String) -> [UInt32: [UInt32]] {
        var result: [UInt32: [UInt32]] = [:]
        forEachEntry(table) { name, _, codes in result[number(name[...])] = codes }
        return result
    }

    private static func words(_ text: String) -> [ArraySlice<UInt8>] {
        Array(text.utf8).split { $0 == 0x20 || $0 == 0x0A }
    }

    /// The value of hexadecimal digits.
    static func number(_ digits: ArraySlice<UInt8>) -> UInt32 {
        digits.reduce(0) { $0 << 4 | UInt32($1 < 0x40 ? $1 - 0x30 : $1 - 0x37) }
    }
}
