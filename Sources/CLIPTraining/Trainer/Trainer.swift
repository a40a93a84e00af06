public import CLIPData
public import CLIPModels
import Foundation
import Torch
import TorchNN
public import TorchOptim

/// A loop's state: batches from the loader through the step, and what was counted on the way.
///
/// ```swift
/// let trainer = Trainer(step, loader: loader) { _ in 1e-3 }
/// for _ in 0..<100 { try trainer.step() }
/// print(try trainer.takeMetrics().means["loss"] ?? .nan)
/// ```
public final class Trainer {
    /// What a step does.
    public let trainingStep: TrainingStep
    /// Where batches come from.
    public let loader: DataLoader
    /// How far the run has come.
    public private(set) var position: TrainingPosition
    /// The rate of the last step.
    public private(set) var learningRate: Double
    /// Whether nothing is done that is not counted, whatever ``step()`` threw: the state can be saved.
    private(set) var isBetweenSteps = true
    private let schedule: (TrainingPosition) -> Double
    /// Samples that were met since `takeFaults` and could not be used.
    private var faults: [StepFault] = []
    private var metrics = MetricAccumulator()
    private var captionShares: CaptionShares
    private var tokenCount = MeanTokenCount()
    /// What of the time counts as training.
    var time = TrainingTime()

    /// Puts a loop together; the loader is started by the caller, or starts at the beginning by itself.
    ///
    /// - Parameters:
    ///   - position: Where to continue.
    ///   - learningRate: The rate of the step that follows a position.
    public init(
        _ step: TrainingStep,
        loader: DataLoader,
        position: TrainingPosition = .init(),
        learningRate: @escaping (TrainingPosition) -> Double
    ) {
        trainingStep = step
        self.loader = loader
        self.position = position
        schedule = learningRate
        captionShares = CaptionShares(of: loader.settings.captions.sources.map(\.name))
        self.learningRate = learningRate(position)
    }

    /// The model.
    public var model: any ImageTextModel { trainingStep.model }
    /// The optimizer.
    public var optimizer: any Optimizer { trainingStep.optimizer }
    /// The average of the weights.
    public var average: ExponentialMovingAverage? { trainingStep.average }

    /// Takes the next batch and makes one step on it.
    ///
    /// - Throws: `TrainingError.dataEnded`; errors of the loader, the objective and the engine;
    ///   ``Interruption``, of a step that was given up and is not counted.
    public func step() throws {
        let started = time.now()
        // Positions run on across epochs, so the stream ends only when the loader was shut down.
        guard let rows = try loader.next() else { throw TrainingError.dataEnded(step: position.step) }
        faults += rows.faults.map { StepFault(step: position.step + 1, stage: position.stage, fault: $0) }
        learningRate = schedule(position)
        let batch = try DeviceBatch(
            rows,
            on: model.device,
            epochLength: loader.epochLength,
            patches: trainingStep.patches(of: loader.settings)
        )
        isBetweenSteps = false
        do {
            try metrics.add(trainingStep.train(on: batch, learningRate: learningRate))
        } catch {
            isBetweenSteps = error is Interruption
            throw error
        }
        isBetweenSteps = true
        captionShares.add(rows.captionSources)
        tokenCount.add(rows.text)
        position.step += 1
        position.samples += rows.nextPosition - rows.position
        position.dataPosition = rows.nextPosition
        position.elapsedSeconds += time.step(time.now() - started)
    }

    /// The bad samples since the last call.
    public func takeFaults() -> [StepFault] {
        defer { faults = [] }
        return faults
    }

    /// Shares of the sources of captions since the last call, by the names of their metrics.
    public func takeCaptionShares() -> [String: Double] { captionShares.take() }

    /// Mean tokens of a text since the last call; nil where there was none.
    public func takeTokensPerText() -> Double? { tokenCount.take() }

    /// Means of the metrics since the last call, and the last gradient norm. Waits for the device.
    public func takeMetrics() throws -> (means: [String: Double], gradientNorm: Double?) {
        try waiting { (try metrics.take(), try trainingStep.gradientNorm?.item()) }
    }

    /// The sum of the losses since the last call of ``takeMetrics()``, which one that is no number spoils, and the last
    /// gradient norm; nil where no step was made. Waits for the device, and leaves the metrics as they are.
    func lossSoFar() throws -> (sum: Double, gradientNorm: Double?)? {
        try waiting {
            guard let sum = try metrics.sum(of: "loss") else { return nil }
            return (sum, try trainingStep.gradientNorm?.item())
        }
    }

    /// Steps that a device is still busy with are training, too.
    private func waiting<R>(_ body: () throws -> R) throws -> R {
        let started = time.now()
        defer { position.elapsedSeconds += time.wait(time.now() - started) }
        return try body()
    }

    /// Whether every weight is finite. Waits for the device.
    public func weightsAreFinite() throws -> Bool {
        try withoutGradient {
            try TensorLists.globalNorm(model.parameters.trainable.map(\.tensor)).item().isFinite
        }
    }

    /// Runs `body` on the averaged weights where there are any.
    public func withEvaluationWeights<R>(_ body: () throws -> R) throws -> R {
        try average?.withAverages(body) ?? body()
    }

    /// Continues at another position, with the loader where it says; what was counted is forgotten.
    func move(to position: TrainingPosition) {
        self.position = position
        learningRate = schedule(position)
        faults = []
        metrics = MetricAccumulator()
        _ = captionShares.take()
        tokenCount = MeanTokenCount()
        loader.start(at: position.dataPosition)
    }
}
