/// How many positions of an epoch each of several parts has, stretch by stretch.
struct MixtureTable: Sendable {
    /// The shares hold in each stretch of so many positions.
    static let stretch = 1024

    /// The positions of an epoch.
    let total: Int
    /// The positions of each part in an epoch.
    let shares: [Int]
    /// For each stretch and part, the part's positions before it; one more stretch than there are.
    private let cumulative: [Int]

    init(total: Int, weights: [Double]) {
        self.total = total
        let shares = Self.shares(of: total, weights: weights)
        self.shares = shares
        var given = shares.map { _ in 0 }
        var cumulative = given
        for end in stride(from: Self.stretch, to: total + Self.stretch, by: Self.stretch) {
            let end = min(end, total)
            let exact = shares.map { Double($0) * (Double(end) / Double(total)) }
            let before = given
            for part in shares.indices { given[part] = max(given[part], Int(exact[part])) }
            // Parts that were ahead of their share may leave too little for the others.
            while given.reduce(0, +) > end,
                let most = shares.indices.filter({ given[$0] > before[$0] }).max(by: {
                    (Double(given[$0]) - exact[$0], $1) < (Double(given[$1]) - exact[$1], $0)
                })
            { given[most] -= 1 }
            // The rest goes where most is missing; a share is never exceeded, as what is missing adds up to the rest.
            for _ in 0..<max(0, end - given.reduce(0, +)) {
                let neediest = shares.indices.max {
                    (exact[$0] - Double(given[$0]), $1) < (exact[$1] - Double(given[$1]), $0)
                }
                if let neediest { given[neediest] += 1 }
            }
            cumulative += given
        }
        self.cumulative = cumulative
    }

    /// The positions of a part before a stretch.
    func given(_ part: Int, before stretch: Int) -> Int { cumulative[stretch * shares.count + part] }

    /// The positions of a stretch; the last one may be shorter.
    func length(of stretch: Int) -> Int { min(Self.stretch, total - stretch * Self.stretch) }

    /// Whole numbers in proportion to weights that add up to `total`, none below one where that is possible.
    static func shares(of total: Int, weights: [Double]) -> [Int] {
        let sum = weights.reduce(0, +)
        let exact = weights.map { $0 / sum * Double(total) }
        var shares = exact.map { max(1, Int($0)) }
        while shares.reduce(0, +) > total, let largest = shares.indices.max(by: { shares[$0] < shares[$1] }) {
            shares[largest] -= 1
        }
        for _ in 0..<(total - shares.reduce(0, +)) {
            let neediest = shares.indices.max {
                (exact[$0] - Double(shares[$0]), $1) < (exact[$1] - Double(shares[$1]), $0)
            }
            if let neediest { shares[neediest] += 1 }
        }
        return shares
    }
}
