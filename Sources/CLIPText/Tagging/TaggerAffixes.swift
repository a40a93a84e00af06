/// Rows of the first letter and the last ones of words.
struct TaggerAffixes: Sendable {
    enum Kind: Int { case suffix3, suffix2, suffix1, prefix }

    private var rows: [[UInt64: Int32]] = Array(repeating: [:], count: 4)

    mutating func set(_ kind: Kind, _ letters: some Collection<UInt32>, to row: Int32) {
        // No word has more letters at its end than are looked at.
        guard letters.count <= 3 else { return }
        rows[kind.rawValue][Self.key(letters)] = row
    }

    /// Fills in the rows of a lowercased word.
    func fill(_ word: inout WordRows, of lower: [UInt32]) {
        word.suffix3 = row(.suffix3, lower.suffix(3))
        word.suffix2 = row(.suffix2, lower.suffix(2))
        word.suffix1 = row(.suffix1, lower.suffix(1))
        word.prefix = row(.prefix, lower.prefix(1))
    }

    private func row(_ kind: Kind, _ letters: ArraySlice<UInt32>) -> Int32 {
        rows[kind.rawValue][Self.key(letters)] ?? TaggerRows.none
    }

    /// Up to three code points of 21 bits; none is 0, so that lengths differ too.
    private static func key(_ letters: some Collection<UInt32>) -> UInt64 {
        letters.reduce(0) { $0 << 21 | UInt64($1 + 1) }
    }
}

/// What is left of a word where its letters do not count: a capital in front, and digits.
enum TaggerShape {
    static let names = ["x", "X", "xd", "Xd"]

    /// The place in ``names``.
    static func number(of codes: ArraySlice<UInt32>) -> Int {
        let isCapital = codes.first.flatMap(Unicode.Scalar.init)?.properties.isUppercase ?? false
        return (isCapital ? 1 : 0) + (codes.contains(where: isDigit) ? 2 : 0)
    }

    private static func isDigit(_ code: UInt32) -> Bool {
        if code < 0x80 { return (0x30...0x39).contains(code) }
        switch Unicode.Scalar(code)?.properties.numericType {
        case .decimal, .digit: return true
        default: return false
        }
    }
}
