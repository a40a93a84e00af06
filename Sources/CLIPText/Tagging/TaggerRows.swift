/// What features add to the scores of tags: each feature has a row of few entries.
struct TaggerRows: Sendable {
    /// The number of a feature that the tagger does not know.
    static let none: Int32 = -1

    private var starts: [Int32] = [0]
    private var tags: [UInt8] = []
    private var values: [Double] = []

    /// Adds a row and returns its number.
    mutating func append(_ row: [(tag: UInt8, value: Double)]) -> Int32 {
        for entry in row {
            tags.append(entry.tag)
            values.append(entry.value)
        }
        starts.append(Int32(tags.count))
        return Int32(starts.count - 2)
    }

    /// Adds a row to the scores of all tags.
    @inline(__always)
    func add(_ row: Int32, to scores: inout [Double]) {
        guard row >= 0 else { return }
        for entry in Int(starts[Int(row)])..<Int(starts[Int(row) + 1]) {
            scores[Int(tags[entry])] += values[entry]
        }
    }
}
