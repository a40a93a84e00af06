public import CLIPModels
import CLIPObjectives
public import Torch
import TorchNN

/// Compares the gradients of a batch in parts with those of the same batch in one pass, from first weights, on
/// real captions and random pixels.
///
/// Both are in one process, so its memory says nothing of either; ``StepBenchmark`` measures that.
public struct CachingBenchmark {
    /// The model.
    public var configuration: ModelConfiguration
    /// Pairs in the batch.
    public var batch: Int
    /// Pairs whose activations are in memory at a time; nil for all.
    public var microBatch: Int?
    /// What the towers compute in; weights and loss stay float32.
    public var precision: Recipe.Precision
    /// What the backward pass computes again.
    public var activationCheckpointing: Recipe.ActivationCheckpointing
    /// Where the texts come from, one after the other, from the start again when they run out.
    public var captions: [String]
    /// Where to compute.
    public var device: Device
    /// The loss.
    public var preset: ObjectivePreset

    /// Describes a comparison.
    public init(
        configuration: ModelConfiguration,
        batch: Int,
        microBatch: Int?,
        precision: Recipe.Precision = .float32,
        activationCheckpointing: Recipe.ActivationCheckpointing = .none,
        captions: [String],
        device: Device = .cpu,
        preset: ObjectivePreset = .clip
    ) {
        self.configuration = configuration
        self.batch = batch
        self.microBatch = microBatch
        self.precision = precision
        self.activationCheckpointing = activationCheckpointing
        self.captions = captions
        self.device = device
        self.preset = preset
    }

    /// Computes both.
    ///
    /// - Throws: ``BenchmarkError`` for settings out of range; `TorchError` from the engine.
    public func run() throws -> CachingBenchmarkReport {
        try BenchmarkError.check("the batch size", batch, 2...1 << 20)
        if let microBatch { try BenchmarkError.check("the micro-batch", microBatch, 1...batch) }
        guard !captions.isEmpty else { throw BenchmarkError.noCaptions }
        let inputs = BenchmarkInputs(
            configuration: try BenchmarkObjective(preset, batch: batch).adjusted(configuration),
            captions: captions,
            device: device
        )
        let model = try inputs.model(precision)
        let input = ModelInput(
            images: try inputs.images(batch),
            texts: try inputs.texts(batches: 1, of: batch)[0]
        )
        let memory = ActivationMemory(
            microBatch: microBatch,
            checkpointsBlocks: activationCheckpointing == .blocks
        )
        let samples = (0..<Int64(batch)).map(\.self)
        func timed(_ memory: ActivationMemory) throws -> (BatchGradients, states: [Tensor], seconds: Double) {
            let loss = try BenchmarkObjective(preset, batch: batch)
            let start = ContinuousClock.now
            let gradients = try BatchGradients(
                of: input,
                through: model,
                keeping: memory,
                objective: loss.objective
            )
            let seconds = start.secondsSince
            return (gradients, try [Tensor(loss.states.read(samples))], seconds)
        }
        let (whole, wholeStates, wholeSeconds) = try timed(
            ActivationMemory(microBatch: nil, checkpointsBlocks: false)
        )
        let (parts, partStates, partSeconds) = try timed(memory)
        let hasStates = wholeStates[0].count > 0
        return CachingBenchmarkReport(
            batch: batch,
            microBatch: microBatch,
            precision: precision.rawValue,
            activationCheckpointing: activationCheckpointing.rawValue,
            device: device.description,
            threads: Runtime.threadCount,
            parameters: model.parameters.parameterCount,
            preset: preset.rawValue,
            relativeDifference: try parts.relativeDifference(from: whole),
            stateDifference: hasStates
                ? try BatchGradients.relativeDifference(partStates, from: wholeStates) : nil,
            prototypeDifference: try parts.prototypeDifference(from: whole),
            gradientNorm: try whole.norm(),
            loss: whole.loss,
            lossInParts: parts.loss,
            seconds: wholeSeconds,
            secondsInParts: partSeconds
        )
    }
}
