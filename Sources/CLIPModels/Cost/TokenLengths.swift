/// How many tokens texts have: what their cost and memory depend on.
public struct TokenLengths: Equatable, Sendable {
    /// The mean.
    public var mean: Double
    /// The standard deviation.
    public var deviation: Double
    /// The most that one has.
    public var maximum: Int

    /// Texts that all have as many tokens.
    public init(_ count: Int) {
        (mean, deviation, maximum) = (Double(count), 0, count)
    }

    /// The lengths of some texts.
    ///
    /// - Precondition: There is one or more.
    public init(of counts: [Int]) {
        let mean = Double(counts.reduce(0, +)) / Double(counts.count)
        let spread = counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        self.mean = mean
        deviation = (spread / Double(counts.count)).squareRoot()
        maximum = counts.max() ?? 0
    }

    /// The mean of the squares.
    public var meanSquare: Double { mean * mean + deviation * deviation }

    /// A number of tokens that so many texts together hardly exceed: three standard deviations above the expected number.
    public func most(of count: Int) -> Double {
        let texts = Double(count)
        return min(texts * Double(maximum), texts * mean + 3 * deviation * texts.squareRoot())
    }
}
