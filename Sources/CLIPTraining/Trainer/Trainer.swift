import CLIPData
import CLIPModels
import CLIPObjectives
import Foundation
import Torch
import TorchNN
import TorchOptim

/// The state of a run: batches from the loader through the step, and what was counted on the way.
final class Trainer {
    let trainingStep: TrainingStep
    let loader: DataLoader
    private(set) var position: TrainingPosition
    /// The rate of the last step.
    private(set) var learningRate: Double
    private let schedule: TrainingSchedule
    /// Samples that were met since `takeFaults` and could not be used.
    private var faults: [StepFault] = []
    private var metrics = MetricAccumulator()
    private var captionShares: CaptionShares

    init(
        _ recipe: Recipe,
        model: CLIPModel,
        loader: DataLoader,
        pace: TrainingPace,
        objective: any Objective,
        position: TrainingPosition = .init()
    ) throws {
        self.loader = loader
        self.position = position
        trainingStep = try TrainingStep(recipe, model: model, objective: objective)
        schedule = TrainingSchedule(recipe, pace: pace)
        captionShares = CaptionShares(of: recipe.data.captions.sourceNames)
        learningRate = schedule.learningRate(at: position)
    }

    var model: CLIPModel { trainingStep.model }
    var optimizer: any Optimizer { trainingStep.optimizer }
    var average: ExponentialMovingAverage? { trainingStep.average }

    /// Takes the next batch and makes one step on it.
    func step() throws {
        let started = ContinuousClock.now
        // Positions run on across epochs, so the stream ends only when the loader was shut down.
        guard let rows = try loader.next() else { throw TrainingError.dataEnded(step: position.step) }
        faults += rows.faults.map { StepFault(step: position.step + 1, fault: $0) }
        captionShares.add(rows.captionSources)
        learningRate = schedule.learningRate(at: position)
        let batch = try DeviceBatch(rows, on: model.device, epochLength: loader.epochLength)
        try metrics.add(trainingStep(batch, learningRate: learningRate))
        position.step += 1
        position.samples += rows.count
        position.dataPosition = Int(rows.nextPosition)
        position.elapsedSeconds += (ContinuousClock.now - started) / .seconds(1)
    }

    /// The bad samples since the last call.
    func takeFaults() -> [StepFault] {
        defer { faults = [] }
        return faults
    }

    /// Shares of the sources of captions since the last call, by the names of their metrics.
    func takeCaptionShares() -> [String: Double] { captionShares.take() }

    /// Means of the metrics since the last call, and the last gradient norm. Waits for the device.
    func takeMetrics() throws -> (means: [String: Double], gradientNorm: Double?) {
        let started = ContinuousClock.now
        // Steps that a device is still busy with are training, too.
        defer { position.elapsedSeconds += (ContinuousClock.now - started) / .seconds(1) }
        return (try metrics.take(), try trainingStep.gradientNorm?.item())
    }

    /// Whether every weight is finite. Waits for the device.
    func weightsAreFinite() throws -> Bool {
        try withoutGradient {
            try TensorLists.globalNorm(model.parameters.trainable.map(\.tensor)).item().isFinite
        }
    }
}
