public import CLIPModels
import CLIPObjectives
import CLIPText
import Foundation
public import Torch
import TorchNN

/// Times the training step alone: forward, objective, backward and AdamW, on real captions and random pixels.
///
/// Captions are tokenized and pixels drawn before the clock starts, as a loader would on other threads. Every
/// timed step ends with reading its loss, so that nothing of it is still in the queue of a device.
public struct StepBenchmark {
    /// The model.
    public var configuration: ModelConfiguration
    /// Pairs in a step.
    public var batch: Int
    /// What the towers compute in; weights and loss stay float32.
    public var precision: Recipe.Precision
    /// Where the texts come from, one after the other, from the start again when they run out.
    public var captions: [String]
    /// Timed steps.
    public var steps: Int
    /// Steps before the clock counts.
    public var warmup: Int
    /// Where to compute.
    public var device: Device
    /// The loss; nil for CLIP's.
    public var preset: ObjectivePreset?

    /// Describes a benchmark.
    public init(
        configuration: ModelConfiguration,
        batch: Int,
        precision: Recipe.Precision,
        captions: [String],
        steps: Int,
        warmup: Int = 2,
        device: Device = .cpu,
        preset: ObjectivePreset? = nil
    ) {
        self.configuration = configuration
        self.batch = batch
        self.precision = precision
        self.captions = captions
        self.steps = steps
        self.warmup = warmup
        self.device = device
        self.preset = preset
    }

    /// Runs the steps.
    ///
    /// - Throws: ``BenchmarkError`` for settings out of range; `TorchError` from the engine.
    public func run() throws -> StepBenchmarkReport {
        try BenchmarkError.check("the batch size", batch, 2...1 << 20)
        try BenchmarkError.check("the number of steps", steps, 1...1 << 20)
        try BenchmarkError.check("the number of warm-up steps", warmup, 0...1 << 20)
        guard !captions.isEmpty else { throw BenchmarkError.noCaptions }
        let texts = try tokenizedBatches()
        let size = configuration.vision.imageSize
        let pixels = try Tensor.empty([batch, 3, size, size])
        try RandomGenerator(seed: 5).fillUniform(pixels, in: 0..<256)
        let images = try pixels.to(.uint8).to(device)
        let before = ProcessMemory.peakResidentBytes

        let recipe = try recipe()
        let step = try TrainingStep(recipe, model: model(), objective: objective(of: recipe))
        let keys = try Tensor.arange(0..<batch, on: device)
        var seconds: [Double] = []
        var loss = 0.0
        for tokens in texts {
            let start = ContinuousClock.now
            let input = DeviceBatch(images: images, texts: tokens, ordinals: keys, captionKeys: keys)
            loss = try step(input, learningRate: 5e-4)["loss"].item()
            seconds.append((ContinuousClock.now - start) / .seconds(1))
        }
        let timed = Array(seconds[warmup...])
        let tokenCount = texts.reduce(0) { $0 + $1.ids.count }
        return StepBenchmarkReport(
            batch: batch,
            precision: precision.rawValue,
            device: device.description,
            threads: Runtime.threadCount,
            steps: steps,
            pairsPerSecond: Double(batch) / StepBenchmarkReport.median(timed),
            secondsPerStep: timed,
            firstStepSeconds: seconds[0],
            peakResidentBytes: ProcessMemory.peakResidentBytes,
            residentBytesBeforeModel: before,
            loss: loss,
            meanTokens: Double(tokenCount) / Double(texts.count * batch),
            parameters: step.model.parameters.parameterCount
        )
    }

    private func model() throws -> CLIPModel {
        var configuration = configuration
        if preset == .siglip { configuration.initialLogitBias = -10 }
        let model = try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 0), on: device))
        model.computeType = precision.type(on: device)
        return model
    }

    /// A recipe of defaults around the loss.
    private func recipe() throws -> Recipe {
        var lines = [
            "model: {config: benchmark}", "data: {train: benchmark}", "batch: \(batch)", "length: 1k steps",
        ]
        if let preset { lines.append("objective: {preset: \(preset.rawValue)}") }
        return try Recipe(yaml: lines.joined(separator: "\n"), name: "benchmark")
    }

    private func objective(of recipe: Recipe) throws -> any Objective {
        let pace = try TrainingPace(recipe, samplesPerEpoch: max(batch, 1_000_000))
        return try recipe.assembledObjective(pace: pace) {
            MemorySampleStates(count: batch, width: recipe.sampleStateWidth)
        }
    }

    private func tokenizedBatches() throws -> [TokenSequences] {
        let tokenizer = try CLIPTokenizer.bundled()
        let context = configuration.text.contextLength
        return (0..<warmup + steps).map { number in
            TokenSequences(
                (0..<batch).map { row in
                    tokenizer.tokens(
                        captions[(number * batch + row) % captions.count],
                        contextLength: context
                    )
                }
            )
        }
    }
}
