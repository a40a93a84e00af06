/// What guessing reaches: the rank of the first of several matches among candidates in a random order.
struct RankChance {
    private let candidates: Int
    /// How many queries there are of each number of matches.
    private let queries: [Int: Int]

    /// - Parameters:
    ///   - candidates: How many candidates are ranked.
    ///   - matches: For each query how many of them match, at least one.
    init(candidates: Int, matches: [Int]) {
        self.candidates = candidates
        queries = Dictionary(matches.map { ($0, 1) }, uniquingKeysWith: +)
    }

    /// The share of queries with a match among the first `cutoff`.
    func recall(at cutoff: Int) -> Double {
        mean { matches in
            // The share that has none: candidate after candidate is no match.
            let misses = (0..<min(cutoff, candidates)).reduce(1.0) { share, place in
                share * Double(max(0, candidates - matches - place)) / Double(candidates - place)
            }
            return 1 - misses
        }
    }

    /// The mean rank, from 1.
    var meanRank: Double { mean { Double(candidates + 1) / Double($0 + 1) } }

    /// The mean of one over the rank, from 1.
    var meanReciprocalRank: Double {
        mean { matches in
            var (none, sum) = (1.0, 0.0)
            for place in 0..<(candidates - matches + 1) {
                let left = Double(candidates - place)
                sum += none * Double(matches) / left / Double(place + 1)
                none *= (left - Double(matches)) / left
            }
            return sum
        }
    }

    private func mean(_ value: (Int) -> Double) -> Double {
        let count = queries.values.reduce(0, +)
        guard count > 0 else { return 0 }
        return queries.sorted { $0.key < $1.key }.reduce(0) { $0 + Double($1.value) * value($1.key) }
            / Double(count)
    }
}
