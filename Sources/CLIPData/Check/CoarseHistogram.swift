/// How often whole numbers occur: exact below 1024, to eight leading bits above, so that memory has a bound.
struct CoarseHistogram: Sendable {
    private(set) var counts: [Int: Int] = [:]
    private var least = Int.max
    private var most = 0

    mutating func add(_ value: Int) {
        counts[Self.rounded(value), default: 0] += 1
        least = min(least, value)
        most = max(most, value)
    }

    mutating func merge(_ other: CoarseHistogram) {
        counts.merge(other.counts, uniquingKeysWith: +)
        least = min(least, other.least)
        most = max(most, other.most)
    }

    private static func rounded(_ value: Int) -> Int {
        guard value >= 1024 else { return value }
        let spare = Int.bitWidth - value.leadingZeroBitCount - 8
        return (value >> spare) << spare
    }

    /// Mean and percentiles, which above 1024 are up to 1 per cent too low; the extremes are exact.
    var distribution: Distribution {
        var result = Distribution(counts)
        if result.count > 0 { (result.minimum, result.maximum) = (least, most) }
        return result
    }

    /// How many values lie in each of the ranges that start at the given edges; the last is open.
    func binned(_ edges: [Int]) -> [DataCheckReport.Bin] {
        var bins = edges.map { DataCheckReport.Bin(from: $0, count: 0) }
        for (value, count) in counts {
            guard let place = edges.lastIndex(where: { $0 <= value }) else { continue }
            bins[place].count += count
        }
        return bins
    }
}
