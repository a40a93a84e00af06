/// The samples of a data set by their ordinals, in whichever order its shards were named.
struct OrdinalSamples: Sendable {
    /// One of them.
    struct Sample {
        var ordinal: Int
        /// Its place in the data set.
        var index: Int
        /// The place of its container in the list.
        var container: Int
    }

    private let parts: [DatasetPart]

    init(_ data: ShardDataset) {
        parts = data.parts.sorted { $0.ordinals.lowerBound < $1.ordinals.lowerBound }
    }

    /// The samples among some ordinals, in their order.
    func samples(_ ordinals: Range<Int>) -> [Sample] {
        var (low, high) = (0, parts.count)
        while low < high {
            let middle = (low + high) / 2
            if parts[middle].ordinals.upperBound <= ordinals.lowerBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var samples: [Sample] = []
        for part in parts[low...] {
            guard part.ordinals.lowerBound < ordinals.upperBound else { break }
            for ordinal in part.ordinals.clamped(to: ordinals) {
                let index = part.start + ordinal - part.ordinals.lowerBound
                samples.append(Sample(ordinal: ordinal, index: index, container: part.list))
            }
        }
        return samples
    }

    /// The samples among some ordinals as ranges with gaps between them.
    func ranges(_ ordinals: Range<Int>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for range in parts.map({ $0.ordinals.clamped(to: ordinals) }) where !range.isEmpty {
            if let last = ranges.last, last.upperBound == range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }

    /// How many samples there are among some ordinals.
    func count(_ ordinals: Range<Int>) -> Int {
        parts.reduce(0) { $0 + $1.ordinals.clamped(to: ordinals).count }
    }
}
