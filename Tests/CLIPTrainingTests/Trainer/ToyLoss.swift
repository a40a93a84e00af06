import CLIPObjectives
import Torch
import TorchDistributed

@testable import CLIPTraining

/// A loss that no other file knows: pulls each pair to the cosine `target + offset`, where the offset is a parameter.
///
/// `L = 1/B Σ_i w (e1_i · e2_i - t - o)²`, so `dE1 = 2w/B (s - t - o) e2`, and `do = -2w/B Σ (s - t - o)`.
struct ToyLoss: Objective {
    var target: Double
    var weight: Double
    /// Batches that were seen, which the loss remembers.
    var batches = 0.0

    mutating func evaluate(_ input: ObjectiveInput, collective: any Collective) throws -> ObjectiveOutput {
        batches += 1
        guard let offset = input.parameters["toy_offset"] else {
            throw ObjectiveError.missingParameter("toy_offset", available: Array(input.parameters.keys))
        }
        return try withoutGradient {
            let share = weight / Double(input.image.size(0) * collective.count)
            let similarity = try (input.image * input.text).sum(dims: [1])
            let rest = try similarity - offset.to(similarity.dtype) - target
            let slope = try (rest * (2 * share)).unsqueezed(1)
            let loss = try collective.sum((rest.squared() * share).sum().reshaped([1]))
            return ObjectiveOutput(
                image: try slope * input.text,
                text: try slope * input.image,
                parameters: ["toy_offset": try slope.sum().reshaped(offset.shape).to(offset.dtype) * -1],
                metrics: MetricVector(names: ["loss"], values: loss)
            )
        }
    }

    func constrain(_ parameters: [String: Tensor]) throws {}
    func snapshot() throws -> [String: Tensor] { ["batches": try Tensor([batches])] }
    mutating func restore(_ state: [String: Tensor]) throws { batches = try state["batches"]?.item() ?? 0 }
}

/// What a run has to know of the toy loss, with settings of its own under `objective.toy`.
struct ToyFamily: ConfiguredObjectiveFamily {
    var target = 1.0
    var weight = 1.0

    var name: String { "toy" }

    static var fields: [RecipeField<Self>] {
        [
            .init("target", \.target, "Where cosines are pulled to.", .within(-1...1)),
            .init("weight", \.weight, "What the loss is multiplied by.", .above(0)),
        ]
    }

    func addedParameters(in recipe: Recipe) -> [String: Double] { ["toy_offset": 0.25] }
    func memory(in recipe: Recipe) -> ObjectiveMemory { ObjectiveMemory(learned: "a count of batches") }

    func objective(_ recipe: Recipe, pace: TrainingPace, states: any SampleStates) throws
        -> any CLIPObjectives.Objective
    {
        ToyLoss(target: target, weight: weight)
    }
}
