/// How a whole-numbered quantity is spread.
public struct Distribution: Sendable, Codable, Equatable {
    /// How many values there are.
    public var count: Int
    /// The arithmetic mean; 0 without values.
    public var mean: Double
    /// The smallest value; 0 without values.
    public var minimum: Int
    /// The largest value; 0 without values.
    public var maximum: Int
    /// The values below which 5, 25, 50, 75, 95 and 99 per cent lie, under `p5` … `p99`.
    public var percentiles: [String: Int]

    /// Sums up a histogram: how often each value occurs.
    init(_ histogram: [Int: Int]) {
        let sorted = histogram.sorted { $0.key < $1.key }
        let count = sorted.reduce(0) { $0 + $1.value }
        self.count = count
        mean = sorted.reduce(0.0) { $0 + Double($1.key) * Double($1.value) } / Double(max(1, count))
        minimum = sorted.first?.key ?? 0
        maximum = sorted.last?.key ?? 0
        percentiles = [:]
        for share in [5, 25, 50, 75, 95, 99] {
            var rest = (count * share + 99) / 100
            let value = sorted.first { entry in
                rest -= entry.value
                return rest <= 0
            }
            percentiles["p\(share)"] = value?.key ?? 0
        }
    }
}
