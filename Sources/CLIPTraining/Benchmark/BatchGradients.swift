import CLIPModels
import CLIPObjectives
import Torch
import TorchDistributed
import TorchNN

/// CLIP's loss of a batch and the gradients of all parameters, with the weights left as they are.
struct BatchGradients {
    let loss: Double
    /// In the order of the model's trained parameters.
    let values: [Tensor]

    /// - Parameter groups: Keys, int64 `[B]`: rows with equal keys are not negatives of each other.
    init(
        of input: TowerInput,
        through model: CLIPModel,
        keeping memory: ActivationMemory,
        groups: Tensor? = nil
    ) throws {
        var objective = ContrastiveObjective()
        let features = try FeaturePass(input, through: model, keeping: memory)
        let output = try objective.evaluate(
            ObjectiveInput(
                image: features.image,
                text: features.text,
                parameters: ["logit_scale": model.logitScale],
                groups: groups
            ),
            collective: SingleProcess()
        )
        try features.backward(image: output.image, text: output.text)
        try model.logitScale.setGradient(output.parameters["logit_scale"])
        loss = try output.loss.item()
        values = try model.parameters.trainable.map { entry in
            defer { try? entry.tensor.setGradient(nil) }
            return try entry.tensor.gradient ?? .zeros(entry.tensor.shape, on: model.device)
        }
    }

    /// The norm of all values together.
    func norm() throws -> Double { try withoutGradient { try TensorLists.globalNorm(values).item() } }

    /// The norm of the difference over the norm of `other`.
    func relativeDifference(from other: BatchGradients) throws -> Double {
        try withoutGradient {
            let differences = try zip(values, other.values).map { try $0 - $1 }
            return try TensorLists.globalNorm(differences).item() / other.norm()
        }
    }
}
