/// What one process receives in a step, in bytes.
public struct StageTraffic: Codable, Equatable, Sendable {
    /// Processes.
    public var ranks: Int
    /// Sums of gradients, by rings: 2·(N − 1)/N of their float32 bytes.
    public var gradients: Int
    /// Features and numbers of the other processes' samples.
    public var gathered: Int
}
