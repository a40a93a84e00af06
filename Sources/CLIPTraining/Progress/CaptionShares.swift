/// Counts from which source the captions of training came.
struct CaptionShares {
    private let names: [String]
    private var counts: [Int]

    /// - Parameter names: Of the policy's sources, in its order.
    init(of names: [String]) {
        self.names = names
        counts = Array(repeating: 0, count: names.count)
    }

    mutating func add(_ sources: [Int32]) {
        // Texts of pairs without pictures have no source.
        for source in sources where source >= 0 { counts[Int(source)] += 1 }
    }

    /// The shares since the last call by the name of their metric; none where there is one source only.
    mutating func take() -> [String: Double] {
        defer { counts = Array(repeating: 0, count: names.count) }
        let total = counts.reduce(0, +)
        guard names.count > 1, total > 0 else { return [:] }
        return Dictionary(
            zip(names.map { "data/captions/\($0)" }, counts.map { Double($0) / Double(total) }),
            uniquingKeysWith: +
        )
    }
}
