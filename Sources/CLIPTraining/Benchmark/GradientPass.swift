import CLIPModels
import CLIPObjectives
import Torch
import TorchDistributed
import TorchNN

/// Forward, objective and backward without an optimizer: gradients stay in the parameters, added to what is there.
struct GradientPass {
    let model: any ImageTextModel
    let memory: ActivationMemory
    var objective: any Objective = ContrastiveObjective()

    /// Returns the loss, once it is computed.
    ///
    /// - Parameters:
    ///   - ordinals: The samples of the rows.
    ///   - groups: Keys, int64 `[B]`: rows with equal keys are not negatives of each other.
    mutating func run(_ input: ModelInput, ordinals: [Int64], groups: Tensor? = nil) throws -> Double {
        let parameters = model.objectiveParameters
        let features = try FeaturePass(input, through: model, keeping: memory)
        let output = try objective.evaluate(
            ObjectiveInput(
                image: features.image,
                text: features.text,
                parameters: parameters,
                ordinals: ordinals,
                groups: groups
            ),
            collective: SingleProcess()
        )
        try features.backward(image: output.image, text: output.text)
        for (name, parameter) in parameters { try parameter.setGradient(output.parameters[name]) }
        return try output.loss.item()
    }

    /// Bytes that a batch takes while it is computed beyond weights, gradients and what a pass of two pairs takes; nil where
    /// that is all there is to measure.
    ///
    /// The peak of a process only rises, so this comes first in one.
    mutating func activationBytes(of input: ModelInput, ordinals: [Int64]) throws -> Int? {
        let rows = min(input.count, memory.microBatch ?? input.count)
        guard rows > 2 else { return nil }
        let two = try input.parts(of: 2)[0]
        // The second one adds its gradients to those of the first, as the batch then does.
        for _ in 0..<2 { _ = try run(two, ordinals: Array(ordinals.prefix(2))) }
        let empty = ProcessMemory.peakResidentBytes
        _ = try run(input, ordinals: ordinals)
        let taken = ProcessMemory.peakResidentBytes - empty
        for entry in model.parameters.trainable { try entry.tensor.setGradient(nil) }
        // The two pairs' own share was subtracted too.
        return Int(Double(taken) * Double(rows) / Double(rows - 2))
    }
}
