/// A moment to which ``RevertibleSampleStates`` can go back: the old records of the samples that changed since.
public final class SampleSavepoint {
    /// Whether it can be restored.
    public private(set) var isAlive = true
    /// The savepoint that was alive when this one was made.
    private(set) var outer: SampleSavepoint?
    /// Where each sample's old record is among the values.
    private var rows: [Int64: Int] = [:]
    private var values: [Float] = []

    init(inside outer: SampleSavepoint?) { self.outer = outer }

    /// How many samples have changed since.
    package var changedCount: Int { rows.count }

    /// Samples that have no old record yet, each once.
    func missing(from ordinals: [Int64]) -> [Int64] {
        var seen: Set<Int64> = []
        return ordinals.filter { rows[$0] == nil && seen.insert($0).inserted }
    }

    /// Keeps records of samples that have none yet.
    func keep(_ records: [Float], of ordinals: [Int64], width: Int) {
        for (row, ordinal) in ordinals.enumerated() where rows[ordinal] == nil {
            rows[ordinal] = rows.count
            values += records[row * width..<(row + 1) * width]
        }
    }

    /// Keeps what an inner savepoint has, of samples that changed in it only.
    func take(_ inner: SampleSavepoint, width: Int) {
        let (records, ordinals) = inner.records
        keep(records, of: ordinals, width: width)
    }

    /// All old records, and whose they are.
    var records: (values: [Float], ordinals: [Int64]) {
        (values, rows.sorted { $0.value < $1.value }.map(\.key))
    }

    func forget() { (rows, values) = ([:], []) }

    /// Ends it and returns the one outside.
    func end() -> SampleSavepoint? {
        isAlive = false
        forget()
        defer { outer = nil }
        return outer
    }
}
