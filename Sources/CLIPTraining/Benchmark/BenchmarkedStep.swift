import CLIPModels
import CLIPObjectives
import Torch
import TorchDistributed
import TorchNN
import TorchOptim

/// A model with everything that a training step needs.
struct BenchmarkedStep {
    private let model: CLIPModel
    private let optimizer: AdamW
    private var objective = ContrastiveObjective()
    private let parameters: [String: Tensor]

    init(_ configuration: ModelConfiguration, precision: Recipe.Precision, on device: Device) throws {
        model = try CLIPModel(
            configuration,
            parameters: ParameterStore(.initialize(seed: 0), on: device)
        )
        model.computeType = precision == .bfloat16 ? .bfloat16 : .float32
        optimizer = try AdamW(model.parameters.trainable)
        parameters = ["logit_scale": model.logitScale]
    }

    /// The number of trained values.
    var parameterCount: Int { model.parameters.parameterCount }

    /// One step on a batch; returns its loss, for which it waits.
    mutating func callAsFunction(_ images: Tensor, _ texts: TokenSequences) throws -> Double {
        let image = try model.imageFeatures(images)
        let text = try model.textFeatures(texts)
        let output = try objective.evaluate(
            ObjectiveInput(image: image, text: text, parameters: parameters),
            collective: SingleProcess()
        )
        try backward([(image, output.image), (text, output.text)])
        for (name, gradient) in output.parameters { try parameters[name]?.setGradient(gradient) }
        let skip = try GradientClipping.skip(unlessFinite: output.loss)
        try optimizer.step(learningRate: 5e-4, divisor: nil, skip: skip)
        try optimizer.clearGradients()
        try objective.constrain(parameters)
        return try output.loss.item()
    }
}
