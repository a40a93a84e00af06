/// Some columns of another store's records, for parts of an objective that share one store.
public final class StateColumns: SampleStates {
    /// Numbers in one record.
    public var width: Int { columns.count }
    /// Records.
    public var count: Int { base.count }
    private let base: any SampleStates
    private let columns: Range<Int>

    /// Creates a view of the columns, which the store must have.
    public init(_ base: any SampleStates, _ columns: Range<Int>) {
        precondition(
            columns.lowerBound >= 0 && columns.upperBound <= base.width,
            "columns \(columns) of \(base.width)"
        )
        self.base = base
        self.columns = columns
    }

    /// The columns of some records.
    public func read(_ ordinals: [Int64]) throws -> [Float] {
        let whole = try base.read(ordinals)
        return ordinals.indices.flatMap { row in
            whole[row * base.width + columns.lowerBound..<row * base.width + columns.upperBound]
        }
    }

    /// Replaces the columns of some records.
    public func write(_ values: [Float], at ordinals: [Int64]) throws {
        guard columns.count < base.width else { return try base.write(values, at: ordinals) }
        var whole = try base.read(ordinals)
        for row in ordinals.indices {
            let target = row * base.width + columns.lowerBound..<row * base.width + columns.upperBound
            whole.replaceSubrange(target, with: values[row * columns.count..<(row + 1) * columns.count])
        }
        try base.write(whole, at: ordinals)
    }
}
