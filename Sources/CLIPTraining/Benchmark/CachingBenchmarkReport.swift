/// How far the gradients of a batch in parts are from those in one pass.
public struct CachingBenchmarkReport: Codable, Equatable, Sendable {
    /// Pairs in the batch.
    public var batch: Int
    /// Pairs whose activations were in memory at a time, where not all were.
    public var microBatch: Int?
    /// What the towers computed in.
    public var precision: String
    /// What the backward pass computed again.
    public var activationCheckpointing: String
    /// Where.
    public var device: String
    /// Threads of one operation.
    public var threads: Int
    /// Trained values of the model.
    public var parameters: Int
    /// The loss.
    public var preset: String
    /// The norm of the difference of all gradients concatenated, over the norm of those in one pass.
    public var relativeDifference: Double
    /// The same of what the loss keeps of each sample after the batch, and of its prototypes, where there are any.
    public var stateDifference, prototypeDifference: Double?
    /// The norm of the gradients in one pass.
    public var gradientNorm: Double
    /// The loss in one pass, and in parts.
    public var loss, lossInParts: Double
    /// Seconds for the gradients in one pass, which came first, and in parts.
    public var seconds, secondsInParts: Double

    enum CodingKeys: String, CodingKey {
        case batch, precision, device, threads, parameters, loss, seconds, preset
        case stateDifference = "state_difference"
        case prototypeDifference = "prototype_difference"
        case microBatch = "micro_batch"
        case activationCheckpointing = "activation_checkpointing"
        case relativeDifference = "relative_difference"
        case gradientNorm = "gradient_norm"
        case lossInParts = "loss_in_parts"
        case secondsInParts = "seconds_in_parts"
    }
}
