import CLIPData
import CLIPModels
import CLIPObjectives
import Foundation
import Torch
import TorchDistributed
import TorchNN
import TorchOptim

/// The state of a run, and the step that moves it.
final class Trainer {
    let model: CLIPModel
    let optimizer: AdamW
    let average: ExponentialMovingAverage?
    let loader: DataLoader
    private(set) var position: TrainingPosition
    private var objective: any Objective
    private let collective: any Collective
    private let schedule: TrainingSchedule
    private let clipNorm: Double?
    private let masksEqualCaptions: Bool
    private let objectiveParameters: [String: Tensor]
    private var metrics = MetricAccumulator()
    private var gradientNorm: Tensor?
    /// The rate of the last step.
    private(set) var learningRate: Double

    init(
        _ recipe: Recipe,
        model: CLIPModel,
        loader: DataLoader,
        pace: TrainingPace,
        position: TrainingPosition = .init()
    ) throws {
        self.model = model
        self.loader = loader
        self.position = position
        collective = SingleProcess()
        schedule = TrainingSchedule(recipe, pace: pace)
        learningRate = schedule.learningRate(at: position)
        clipNorm = recipe.optimizer.gradientClipNorm
        masksEqualCaptions = recipe.objective.maskEqualCaptions
        objective = ContrastiveObjective(recipe)
        objectiveParameters = ["logit_scale": model.logitScale]
        optimizer = try AdamW(recipe, parameters: model.parameters.trainable)
        average = try recipe.ema.map {
            try ExponentialMovingAverage(model.parameters.entries, decay: $0.decay)
        }
    }

    /// One batch through the towers, the objective, and back.
    func step() throws {
        let started = ContinuousClock.now
        guard let rows = try loader.next() else { return }
        let batch = try DeviceBatch(rows, on: model.device)

        let image = try model.imageFeatures(batch.images)
        let text = try model.textFeatures(batch.texts)
        let output = try objective.evaluate(
            ObjectiveInput(
                image: image,
                text: text,
                parameters: objectiveParameters,
                ordinals: batch.ordinals,
                groups: masksEqualCaptions ? batch.captionKeys : nil
            ),
            collective: collective
        )
        try backward([(image, output.image), (text, output.text)])
        for (name, gradient) in output.parameters.sorted(by: { $0.key < $1.key }) {
            if let parameter = objectiveParameters[name], parameter.requiresGradient {
                try parameter.setGradient(gradient)
            }
        }
        try update(loss: output.loss)
        try metrics.add(output.metrics)
        position.step += 1
        position.samples += rows.count
        position.dataPosition = Int(rows.nextPosition)
        position.elapsedSeconds += (ContinuousClock.now - started) / .seconds(1)
    }

    /// Moves the parameters, unless the loss or the gradients are not finite.
    private func update(loss: Tensor) throws {
        var divisor: Tensor?
        var skip = try GradientClipping.skip(unlessFinite: loss)
        gradientNorm = nil
        if let clipNorm {
            let norm = try GradientClipping.norm(optimizer.gradients())
            divisor = try GradientClipping.divisor(norm: norm, maximum: clipNorm)
            skip = try skip.maximum(GradientClipping.skip(unlessFinite: norm))
            gradientNorm = norm
        }
        learningRate = schedule.learningRate(at: position)
        try optimizer.step(learningRate: learningRate, divisor: divisor, skip: skip)
        try optimizer.clearGradients()
        try objective.constrain(objectiveParameters)
        try average?.update()
    }

    /// Means of the metrics since the last call, and the last gradient norm. Waits for the device.
    func takeMetrics() throws -> (means: [String: Double], gradientNorm: Double?) {
        let started = ContinuousClock.now
        // Steps that a device is still busy with are training, too.
        defer { position.elapsedSeconds += (ContinuousClock.now - started) / .seconds(1) }
        return (try metrics.take(), try gradientNorm?.item())
    }

    /// Whether every weight is finite. Waits for the device.
    func weightsAreFinite() throws -> Bool {
        try withoutGradient {
            try TensorLists.globalNorm(model.parameters.trainable.map(\.tensor)).item().isFinite
        }
    }
}
