/// What a process of a stage holds in memory, in bytes.
public struct StageMemory: Codable, Equatable, Sendable {
    /// Weights, gradients of trained ones, moments of the optimizer, the average of the weights.
    public var weights, gradients, moments, average: Int
    /// What the towers keep for the backward pass of one micro-batch.
    public var activations: Int
    /// Matrices of the loss, and the features of the batch with their gradients.
    public var objective: Int
    /// Pixels of batches that are ready or in use.
    public var batches: Int
    /// The program and its libraries.
    public var process: Int
    /// The most that is held at a time: less than the sum, because gradients appear as activations are freed.
    public var peak: Int
    /// Pairs whose activations are in memory at a time.
    public var microBatch: Int
}

extension StageMemory {
    /// A heap does not fill without gaps: what is held beyond the activations themselves, as measured on the CPU.
    static let heapShare = 0.03
    /// The program, its libraries and their buffers, as measured on the CPU.
    static let processBytes = 220_000_000
    /// What a CUDA process holds on the device besides its tensors. Not measured.
    static let deviceBytes = 600_000_000
}
