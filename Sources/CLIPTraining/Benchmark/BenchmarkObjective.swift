import CLIPModels
import CLIPObjectives
import Torch

/// A published method's loss in a recipe of defaults, as a long run over a million samples would have it.
struct BenchmarkObjective {
    let recipe: Recipe
    let objective: any Objective
    /// What it knows of each sample of the batch.
    let states: MemorySampleStates

    init(_ preset: ObjectivePreset, batch: Int) throws {
        let lines = [
            "model: {config: benchmark}", "data: {train: benchmark}", "batch: \(batch)", "length: 1k steps",
            "objective: {preset: \(preset.rawValue)}",
        ]
        recipe = try Recipe(yaml: lines.joined(separator: "\n"), name: "benchmark")
        let pace = try TrainingPace(recipe, samplesPerEpoch: max(batch, 1_000_000))
        states = MemorySampleStates(count: batch, width: recipe.sampleStateWidth)
        objective = try recipe.assembledObjective(pace: pace, states: states)
    }

    /// The model with what the loss needs of it.
    func adjusted(_ configuration: ModelConfiguration) -> ModelConfiguration {
        var configuration = configuration
        if recipe.objective.kind == .sigmoid { configuration.initialLogitBias = recipe.objective.initialBias }
        return configuration
    }
}
