/// What a step benchmark measured.
public struct StepBenchmarkReport: Codable, Equatable, Sendable {
    /// Pairs in a step.
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
    /// Timed steps.
    public var steps: Int
    /// The batch size over the median of the timed steps.
    public var pairsPerSecond: Double
    /// Each timed step.
    public var secondsPerStep: [Double]
    /// The very first step, which was not timed.
    public var firstStepSeconds: Double
    /// The process's peak of resident memory.
    public var peakResidentBytes: Int
    /// The most bytes that tensors took of the device; nil on the CPU.
    public var peakDeviceBytes: Int?
    /// The peak of resident memory before the model was built.
    public var residentBytesBeforeModel: Int
    /// The last step's loss.
    public var loss: Double
    /// Tokens in a text, start and end included; nil for a model that takes vectors.
    public var meanTokens: Double?
    /// Trained values of the model.
    public var parameters: Int
    /// Side of the images in pixels.
    public var imageSize: Int
    /// Most tokens of a text.
    public var contextLength: Int?
    /// 10⁹ operations of the forward pass of one image and one text, padding included where it is computed.
    public var gigaflopsPerPair: Double
    /// Whether AdamW moved the weights.
    public var hasOptimizer: Bool
    /// The peak of resident memory beyond weights, gradients and a pass of two pairs; without an optimizer only.
    public var activationBytes: Int?
    /// What the formula of a cost plan gives for these.
    public var estimatedActivationBytes: Int?

    enum CodingKeys: String, CodingKey {
        case batch, precision, device, threads, steps, loss, parameters
        case microBatch = "micro_batch"
        case activationCheckpointing = "activation_checkpointing"
        case pairsPerSecond = "pairs_per_second"
        case secondsPerStep = "seconds_per_step"
        case firstStepSeconds = "first_step_seconds"
        case peakResidentBytes = "peak_rss_bytes"
        case peakDeviceBytes = "peak_device_bytes"
        case residentBytesBeforeModel = "rss_before_model_bytes"
        case meanTokens = "mean_tokens"
        case imageSize = "image_size"
        case contextLength = "context_length"
        case gigaflopsPerPair = "gigaflops_per_pair"
        case hasOptimizer = "optimizer"
        case activationBytes = "activation_bytes"
        case estimatedActivationBytes = "estimated_activation_bytes"
    }
}
