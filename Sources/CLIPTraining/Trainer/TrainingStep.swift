import CLIPModels
import CLIPObjectives
import Torch
import TorchDistributed
import TorchNN
import TorchOptim

/// One optimizer step: a batch through the towers, the objective, and back.
final class TrainingStep {
    let model: CLIPModel
    let optimizer: any Optimizer
    let average: ExponentialMovingAverage?
    /// The norm of the last step's gradients, before clipping.
    private(set) var gradientNorm: Tensor?
    private var objective: any Objective
    private let collective: any Collective = SingleProcess()
    private let objectiveParameters: [String: Tensor]
    private let clipNorm: Double?
    private let temperatureRate: TemperatureRate?
    private let masksEqualCaptions: Bool

    init(_ recipe: Recipe, model: CLIPModel) throws {
        self.model = model
        objective = ContrastiveObjective(recipe)
        objectiveParameters = ["logit_scale": model.logitScale]
        optimizer = try recipe.makeOptimizer(model.parameters.trainable)
        average = try recipe.ema.map {
            try ExponentialMovingAverage(model.parameters.entries, decay: $0.decay)
        }
        clipNorm = recipe.optimizer.gradientClipNorm
        temperatureRate = TemperatureRate(recipe)
        masksEqualCaptions = recipe.objective.maskEqualCaptions
    }

    /// Moves the weights and returns the metrics of the batch, without waiting for the device.
    func callAsFunction(_ batch: DeviceBatch, learningRate: Double) throws -> MetricVector {
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
        try update(loss: output.loss, learningRate: learningRate)
        return output.metrics
    }

    /// Moves the parameters, unless the loss or the gradients are not finite.
    private func update(loss: Tensor, learningRate: Double) throws {
        let norm = try GradientClipping.norm(optimizer.gradients())
        let divisor = try clipNorm.map { try GradientClipping.divisor(norm: norm, maximum: $0) }
        let skip = try GradientClipping.skip(unlessFinite: loss + norm)
        gradientNorm = norm
        try optimizer.step(
            learningRate: learningRate,
            rates: temperatureRate?.rates(logitScale: model.logitScale) ?? [:],
            divisor: divisor,
            skip: skip
        )
        try optimizer.clearGradients()
        try objective.constrain(objectiveParameters)
        try average?.update()
    }
}
