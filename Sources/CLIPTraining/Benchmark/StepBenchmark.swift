public import CLIPModels
import CLIPObjectives
import Foundation
public import Torch
import TorchNN

/// Times the training step alone: forward, objective, backward and AdamW, on random pixels and real captions, or random vectors
/// for a model that takes those; or what a batch's tokens cost, without AdamW.
///
/// Captions are tokenized and pixels drawn before the clock starts, as a loader would on other threads. Every
/// timed step ends with reading its loss, so that nothing of it is still in the queue of a device.
public struct StepBenchmark {
    /// The model.
    public var configuration: ModelConfiguration
    /// Pairs in a step.
    public var batch: Int
    /// Pairs whose activations are in memory at a time; nil for all.
    public var microBatch: Int?
    /// What the towers compute in; weights and loss stay float32.
    public var precision: Recipe.Precision
    /// What the backward pass computes again.
    public var activationCheckpointing: Recipe.ActivationCheckpointing
    /// Where the texts come from, one after the other, from the start again when they run out; not read for a model that takes
    /// vectors.
    public var captions: [String]
    /// Timed steps.
    public var steps: Int
    /// Steps before the clock counts.
    public var warmup: Int
    /// Where to compute.
    public var device: Device
    /// The loss.
    public var preset: ObjectivePreset
    /// Samples that have a record in a file, for losses that keep one; nil for those of one batch, in memory.
    public var stateSamples: Int?
    /// Regular expressions: parameters whose whole names match are not trained.
    public var freeze: [String]
    /// Whether captions are put together until each text fills the context.
    public var fillsTexts: Bool
    /// Whether AdamW moves the weights; without it the memory of activations is measured too.
    public var hasOptimizer: Bool

    /// Describes a benchmark.
    public init(
        configuration: ModelConfiguration,
        batch: Int,
        microBatch: Int? = nil,
        precision: Recipe.Precision,
        activationCheckpointing: Recipe.ActivationCheckpointing = .none,
        captions: [String],
        steps: Int,
        warmup: Int = 2,
        device: Device = .cpu,
        preset: ObjectivePreset = .clip,
        stateSamples: Int? = nil,
        freeze: [String] = [],
        fillsTexts: Bool = false,
        hasOptimizer: Bool = true
    ) {
        self.configuration = configuration
        self.batch = batch
        self.microBatch = microBatch
        self.precision = precision
        self.activationCheckpointing = activationCheckpointing
        self.captions = captions
        self.steps = steps
        self.warmup = warmup
        self.device = device
        self.preset = preset
        self.stateSamples = stateSamples
        self.freeze = freeze
        self.fillsTexts = fillsTexts
        self.hasOptimizer = hasOptimizer
    }

    /// Runs the steps.
    ///
    /// - Throws: ``BenchmarkError`` for settings out of range; `TorchError` from the engine.
    public func run() throws -> StepBenchmarkReport {
        try BenchmarkError.check("the batch size", batch, 2...1 << 20)
        if let microBatch { try BenchmarkError.check("the micro-batch", microBatch, 1...batch) }
        try BenchmarkError.check("the number of steps", steps, 1...1 << 20)
        try BenchmarkError.check("the number of warm-up steps", warmup, 0...1 << 20)
        if let stateSamples {
            try BenchmarkError.check("the number of samples", stateSamples, batch...1 << 40)
        }
        let loss = try BenchmarkObjective(preset, batch: batch, samples: stateSamples)
        let inputs = BenchmarkInputs(
            configuration: loss.adjusted(configuration),
            captions: captions,
            device: device
        )
        let texts = try inputs.texts(batches: warmup + steps, of: batch, fills: fillsTexts)
        let images = try inputs.images(batch)
        let before = ProcessMemory.peakResidentBytes

        var recipe = loss.recipe
        recipe.microBatch = microBatch.map { .exactly($0) }
        recipe.activationCheckpointing = activationCheckpointing
        recipe.train.freeze = freeze
        let model = try inputs.model(precision)
        try model.freeze(recipe.train)
        var activations, estimate: Int?
        let step: (ModelInput, [Int64]) throws -> Double
        if hasOptimizer {
            let training = try TrainingStep(recipe, model: model, objective: loss.objective)
            let keys = try Tensor.arange(0..<batch, on: device)
            step = { input, ordinals in
                let batch = DeviceBatch(input: input, ordinals: ordinals, captionKeys: keys)
                return try training.train(on: batch, learningRate: 5e-4)["loss"].item()
            }
        } else {
            var pass = GradientPass(
                model: model,
                memory: ActivationMemory(recipe),
                objective: loss.objective
            )
            activations = try pass.activationBytes(
                of: ModelInput(images: images, texts: texts[0]),
                ordinals: loss.ordinals(step: 0)
            )
            estimate =
                activations == nil
                ? nil
                : inputs.estimatedActivationBytes(
                    of: [texts[0]],
                    pairs: min(batch, microBatch ?? batch),
                    computeType: model.computeType,
                    recipe: recipe
                )
            step = { try pass.run($0, ordinals: $1) }
        }
        var seconds: [Double] = []
        var lastLoss = 0.0
        for (number, text) in texts.enumerated() {
            let start = ContinuousClock.now
            let input = ModelInput(images: images, texts: text)
            lastLoss = try step(input, loss.ordinals(step: number))
            seconds.append(start.secondsSince)
            if !hasOptimizer {
                for entry in model.parameters.trainable { try entry.tensor.setGradient(nil) }
            }
        }
        let timed = Array(seconds[warmup...])
        let lengths = BenchmarkInputs.lengths(of: texts)
        return try StepBenchmarkReport(
            batch: batch,
            microBatch: microBatch,
            precision: precision.rawValue,
            activationCheckpointing: activationCheckpointing.rawValue,
            device: device.description,
            threads: Runtime.threadCount,
            steps: steps,
            pairsPerSecond: Double(batch) / timed.median,
            secondsPerStep: timed,
            firstStepSeconds: seconds[0],
            peakResidentBytes: ProcessMemory.peakResidentBytes,
            peakDeviceBytes: device.peakTensorBytes(),
            residentBytesBeforeModel: before,
            loss: lastLoss,
            meanTokens: lengths.isEmpty
                ? nil : Double(lengths.reduce(0, +)) / Double(texts.count * batch),
            parameters: model.parameters.parameterCount,
            imageSize: configuration.vision.imageSize,
            contextLength: configuration.text.kind.contextLength,
            gigaflopsPerPair: inputs.gigaflops(of: texts),
            hasOptimizer: hasOptimizer,
            activationBytes: activations,
            estimatedActivationBytes: estimate
        )
    }
}
