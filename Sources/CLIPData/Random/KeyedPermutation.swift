/// A permutation of `0 ..< count` that a key selects, evaluated one element at a time without a table.
///
/// The numbers are laid out in a rectangle of `rows × columns ≥ count` cells. Each of eight rounds shifts every column
/// by an amount that depends on the column and the key, then every row likewise: a Feistel network over any two
/// moduli. Cells beyond `count` are walked through until one inside is met, which keeps the map one-to-one.
public struct KeyedPermutation: Sendable {
    /// How many numbers are permuted.
    public let count: Int
    private let rows: UInt64
    private let columns: UInt64
    private let keys: InlineArray<8, UInt64>

    /// The permutation that the next draws of `random` select.
    ///
    /// - Precondition: `0 < count ≤ 2⁶⁰`.
    public init(count: Int, random: consuming CounterRandom) {
        precondition(count > 0 && count <= 1 << 60, "a permutation of \(count) numbers")
        self.count = count
        var rows = UInt64(Double(count).squareRoot())
        while rows * rows < UInt64(count) { rows += 1 }
        self.rows = max(1, rows)
        columns = (UInt64(count) + self.rows - 1) / self.rows
        var generator = random
        keys = InlineArray { _ in generator.next() }
    }

    /// Where the permutation sends a number.
    ///
    /// - Precondition: `0 ≤ number < count`.
    public subscript(number: Int) -> Int {
        precondition((0..<count).contains(number), "element \(number) of a permutation of \(count)")
        var cell = UInt64(number)
        repeat { cell = walk(cell) } while cell >= UInt64(count)
        return Int(cell)
    }

    private func walk(_ cell: UInt64) -> UInt64 {
        var (row, column) = cell.quotientAndRemainder(dividingBy: columns)
        for round in keys.indices {
            let key = keys[round]
            row = shifted(row, by: CounterRandom.mix(key ^ column), modulus: rows)
            column = shifted(column, by: CounterRandom.mix(~key ^ row), modulus: columns)
        }
        return row * columns + column
    }

    private func shifted(_ value: UInt64, by bits: UInt64, modulus: UInt64) -> UInt64 {
        let sum = value + bits.multipliedFullWidth(by: modulus).high
        return sum < modulus ? sum : sum - modulus
    }
}
