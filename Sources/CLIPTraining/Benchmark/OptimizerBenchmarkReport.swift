/// What an optimizer benchmark measured.
public struct OptimizerBenchmarkReport: Codable, Equatable, Sendable {
    /// The update rule, and how moments and weights are kept.
    public var kind, moments, weights: String
    /// Where.
    public var device: String
    /// Threads of one operation.
    public var threads: Int
    /// Trained values.
    public var parameters: Int
    /// What the tensors hold, divided by the trained values.
    public var momentBytesPerParameter, weightBytesPerParameter, gradientBytesPerParameter: Double
    /// The middle of the timed steps.
    public var medianSeconds: Double
    /// Each timed step.
    public var secondsPerStep: [Double]

    enum CodingKeys: String, CodingKey {
        case kind, moments, weights, device, threads, parameters
        case momentBytesPerParameter = "moment_bytes_per_parameter"
        case weightBytesPerParameter = "weight_bytes_per_parameter"
        case gradientBytesPerParameter = "gradient_bytes_per_parameter"
        case medianSeconds = "median_seconds"
        case secondsPerStep = "seconds_per_step"
    }
}
