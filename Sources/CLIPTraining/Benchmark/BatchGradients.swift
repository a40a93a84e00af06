import CLIPModels
import CLIPObjectives
import Torch
import TorchNN

/// The loss of a batch, the gradients of all parameters, and what the loss learned from the batch; the weights are left
/// as they are.
struct BatchGradients {
    let loss: Double
    /// In the order of the model's trained parameters.
    let values: [Tensor]
    /// The objective's own tensors after the batch, such as prototypes, by name.
    let learned: [String: Tensor]

    /// - Parameters:
    ///   - objective: Takes the batch as its first.
    ///   - groups: Keys, int64 `[B]`: rows with equal keys are not negatives of each other.
    init(
        of input: ModelInput,
        through model: any ImageTextModel,
        keeping memory: ActivationMemory,
        objective: any Objective = ContrastiveObjective(),
        groups: Tensor? = nil
    ) throws {
        var pass = GradientPass(model: model, memory: memory, objective: objective)
        loss = try pass.run(input, ordinals: (0..<Int64(input.count)).map(\.self), groups: groups)
        learned = try pass.objective.snapshot()
        values = try model.parameters.trainable.map { entry in
            defer { try? entry.tensor.setGradient(nil) }
            return try entry.tensor.gradient ?? .zeros(entry.tensor.shape, on: model.device)
        }
    }

    /// The norm of all values together.
    func norm() throws -> Double { try Self.norm(values) }

    /// The norm of the difference over the norm of `other`.
    func relativeDifference(from other: BatchGradients) throws -> Double {
        try Self.relativeDifference(values, from: other.values)
    }

    /// The same of the prototypes that a network of normalizers learned; nil where there are none.
    func prototypeDifference(from other: BatchGradients) throws -> Double? {
        let names = learned.keys.filter { $0.hasSuffix(".prototypes") }.sorted()
        guard !names.isEmpty else { return nil }
        return try Self.relativeDifference(
            names.compactMap { learned[$0] },
            from: names.compactMap { other.learned[$0] }
        )
    }

    /// The norm of the difference of all elements over the norm of `others`.
    static func relativeDifference(_ tensors: [Tensor], from others: [Tensor]) throws -> Double {
        try withoutGradient {
            try norm(zip(tensors, others).map { try $0 - $1 }) / norm(others)
        }
    }

    private static func norm(_ tensors: [Tensor]) throws -> Double {
        try withoutGradient { try TensorLists.globalNorm(tensors).item() }
    }
}
