/// What a run did.
public struct TrainingReport: Codable, Sendable {
    /// The run directory.
    public var run: String
    /// The name of the stage in which it ended; nil where the recipe has no stages.
    public var stage: String?
    /// Optimizer steps and pairs seen, over all sessions of the run.
    public var steps, samples: Int
    /// Seconds of training, over all sessions.
    public var seconds: Double
    /// Pairs in a second of this session's training.
    public var samplesPerSecond: Double
    /// Share of this session's training that went into waiting for data, 0…1.
    public var dataWaitShare: Double
    /// The last logged mean of the objective's loss.
    public var finalLoss: Double?
    /// The last logged mean of InfoNCE within the batch, which the progress line shows; nil where the objective's loss is
    /// that.
    public var finalBatchLoss: Double?
    /// Seconds of this session that went into writing checkpoints; they are not part of ``seconds``.
    public var savingSeconds: Double
    /// Their share of this session's training and saving together, 0…1.
    public var savingShare: Double
    /// Samples that could not be read, by kind.
    public var badSamples: [String: Int]
    /// The newest checkpoint.
    public var checkpoint: String?
    /// Whether the run ended before its length, to be resumed.
    public var isInterrupted: Bool
    /// Results of the last evaluations, by name.
    public var evaluations: [String: Double]

    enum CodingKeys: String, CodingKey {
        case run, stage, steps, samples, seconds
        case samplesPerSecond = "samples_per_second"
        case dataWaitShare = "data_wait_share"
        case finalLoss = "final_loss"
        case finalBatchLoss = "final_batch_loss"
        case savingSeconds = "saving_seconds"
        case savingShare = "saving_share"
        case badSamples = "bad_samples"
        case checkpoint
        case isInterrupted = "interrupted"
        case evaluations
    }
}
