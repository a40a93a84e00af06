/// How far estimated log-normalizers lie from the exact ones.
public struct NormalizerErrors: Sendable, Equatable, Codable {
    /// The mean of (estimate - exact)².
    public var meanSquaredError: Double
    /// The mean of estimate - exact.
    public var bias: Double
    /// Quantiles of estimate - exact, by their share in percent.
    public var quantiles: [String: Double]
    /// How many estimates were compared.
    public var count: Int

    enum CodingKeys: String, CodingKey {
        case meanSquaredError = "mean_squared_error"
        case bias, quantiles, count
    }

    /// Sums up differences; those that are no numbers are left out.
    init(_ differences: [Double]) {
        let known = differences.filter(\.isFinite).sorted()
        count = known.count
        bias = known.reduce(0, +) / Double(max(1, known.count))
        meanSquaredError = known.reduce(0) { $0 + $1 * $1 } / Double(max(1, known.count))
        quantiles = [:]
        guard !known.isEmpty else { return }
        for percent in [5, 25, 50, 75, 95] {
            let place = Double(percent) / 100 * Double(known.count - 1)
            let lower = Int(place)
            let upper = min(lower + 1, known.count - 1)
            quantiles["\(percent)"] = known[lower] + (place - Double(lower)) * (known[upper] - known[lower])
        }
    }
}

/// Errors of both sides' anchors.
public struct NormalizerErrorPair: Sendable, Equatable, Codable {
    /// Images that look for texts, and texts that look for images.
    public var image, text: NormalizerErrors
}
