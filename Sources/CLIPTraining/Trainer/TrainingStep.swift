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
    private(set) var objective: any Objective
    private let collective: any Collective = SingleProcess()
    private let objectiveParameters: [String: Tensor]
    private let clipNorm: Double?
    private let temperatureRate: TemperatureRate?
    private let masksEqualCaptions: Bool
    private let memory: ActivationMemory

    init(_ recipe: Recipe, model: CLIPModel, objective: any Objective) throws {
        self.model = model
        self.objective = objective
        var parameters = ["logit_scale": model.logitScale]
        parameters["logit_bias"] = model.logitBias
        objectiveParameters = parameters
        optimizer = try recipe.makeOptimizer(model.parameters.trainable)
        average = try recipe.ema.map {
            try ExponentialMovingAverage(model.parameters.entries, decay: $0.decay)
        }
        clipNorm = recipe.optimizer.gradientClipNorm
        temperatureRate = TemperatureRate(recipe)
        masksEqualCaptions = recipe.objective.maskEqualCaptions
        memory = ActivationMemory(recipe)
    }

    /// Moves the weights and returns the metrics of the batch, without waiting for the device.
    func callAsFunction(_ batch: DeviceBatch, learningRate: Double) throws -> MetricVector {
        let features = try FeaturePass(batch.input, through: model, keeping: memory)
        let output = try objective.evaluate(
            ObjectiveInput(
                image: features.image,
                text: features.text,
                parameters: objectiveParameters,
                ordinals: Tensor(batch.ordinals, on: model.device),
                groups: masksEqualCaptions ? batch.perImage(batch.captionKeys) : nil,
                epoch: batch.epoch
            ),
            collective: collective
        )
        try features.backward(image: output.image, text: output.text)
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

    /// What the objective learned, for a checkpoint.
    func objectiveState() throws -> [String: Tensor] { try objective.snapshot() }

    /// Continues from what an objective of the same kind had learned.
    func restoreObjective(_ state: [String: Tensor]) throws {
        try objective.restore(state.mapValues { try $0.to(model.device) })
    }
}
