/// What a benchmark of linear layers measured.
public struct LinearBenchmarkReport: Codable, Equatable, Sendable {
    /// Pairs in a step.
    public var batch: Int
    /// What was multiplied.
    public var precision: String
    /// Where.
    public var device: String
    /// Threads of one operation.
    public var threads: Int
    /// Side of the images in pixels.
    public var imageSize: Int
    /// Tokens of each text.
    public var contextLength: Int?
    /// The linear layers of all blocks, forward and backward.
    public var seconds: Double
    /// 10⁹ operations in a second, a multiplication with its addition counted as two.
    public var gigaflopsPerSecond: Double
}
