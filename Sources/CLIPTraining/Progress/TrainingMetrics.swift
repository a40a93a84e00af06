import Foundation

/// What is known about training at one step; one line of `metrics.jsonl`.
public struct TrainingMetrics: Codable, Equatable, Sendable {
    /// Optimizer steps done.
    public var step: Int
    /// Number of the stage, from 0.
    public var stage: Int
    /// Image-text pairs seen.
    public var samples: Int
    /// Epochs seen, with their fraction.
    public var epoch: Double
    /// Seconds of training, over all sessions of the run.
    public var elapsedSeconds: Double
    /// Mean loss since the last line.
    public var loss: Double
    /// InfoNCE within the batch, which all objectives share; for CLIP it is the loss.
    public var batchLoss: Double?
    /// InfoNCE within the batch over ln B: 1 is what guessing within the batch gives.
    public var lossOfChance: Double
    /// Share of pairs that find each other first within the batch, mean of both directions; 0…1.
    public var accuracy: Double?
    /// The scale 1/τ of the similarities; nil for a loss without one.
    public var scale: Double?
    /// Mean estimated log-normalizers of image and text anchors, where there are any.
    public var logNormalizerImage, logNormalizerText: Double?
    /// Share of anchors whose temperature lies at its bound, 0…1.
    public var temperatureAtBound: Double?
    /// The bias of a sigmoid loss.
    public var bias: Double?
    /// The learning rate.
    public var learningRate: Double
    /// Norm of all gradients together, before clipping.
    public var gradientNorm: Double?
    /// Pairs in a second, since the last line.
    public var samplesPerSecond: Double
    /// Share of the time that went into waiting for data, 0…1.
    public var dataWaitShare: Double
    /// What training waits for, where it waits; for people, so it is in no file.
    public var dataLimit: DataLimit?
    /// Threads that read data.
    public var dataThreads: Int?
    /// Shares of these threads' time that went into reading bytes, decoding, transforming images, and captions, 0…1.
    public var readShare, decodeShare, transformShare, textShare: Double?
    /// Samples that could not be read, since the start of this session.
    public var badSamples: Int

    enum CodingKeys: String, CodingKey {
        case step, stage, samples, epoch
        case elapsedSeconds = "elapsed_seconds"
        case loss = "train/loss"
        case batchLoss = "train/batch_loss"
        case lossOfChance = "train/loss_of_chance"
        case accuracy = "train/accuracy"
        case scale = "train/scale"
        case logNormalizerImage = "train/log_normalizer_image"
        case logNormalizerText = "train/log_normalizer_text"
        case temperatureAtBound = "train/temperature_at_bound"
        case bias = "train/bias"
        case learningRate = "train/lr"
        case gradientNorm = "train/grad_norm"
        case samplesPerSecond = "train/samples_per_second"
        case dataWaitShare = "train/data_wait_share"
        case readShare = "data/read_share"
        case decodeShare = "data/decode_share"
        case transformShare = "data/transform_share"
        case textShare = "data/text_share"
        case dataThreads = "data/threads"
        case badSamples = "data/bad_samples"
    }

    /// Makes the metrics of one step.
    ///
    /// - Parameters:
    ///   - batch: Pairs in a batch, which give the loss of guessing, ln B.
    ///   - batchLoss: InfoNCE within the batch; the loss where it is nil.
    public init(
        position: TrainingPosition,
        epoch: Double,
        batch: Int,
        loss: Double,
        batchLoss: Double? = nil,
        accuracy: Double?,
        scale: Double?,
        learningRate: Double,
        gradientNorm: Double? = nil,
        samplesPerSecond: Double,
        dataWaitShare: Double,
        badSamples: Int = 0
    ) {
        step = position.step
        stage = position.stage
        samples = position.samples
        self.epoch = epoch
        elapsedSeconds = position.elapsedSeconds
        self.loss = loss
        self.batchLoss = batchLoss
        lossOfChance = (batchLoss ?? loss) / log(Double(max(batch, 2)))
        self.accuracy = accuracy
        self.scale = scale
        self.learningRate = learningRate
        self.gradientNorm = gradientNorm
        self.samplesPerSecond = samplesPerSecond
        self.dataWaitShare = dataWaitShare
        self.badSamples = badSamples
    }
}
