import CLIPModels
import Foundation
import Torch
import TorchNN

extension StageSetup {
    /// The model with which the stage starts.
    ///
    /// - Parameters:
    ///   - state: The state whose weights it takes over; nil for those that the recipe names, or first ones.
    ///   - saved: The checkpoint in which the state is, for messages and its preprocessing.
    ///   - resizeMode: How evaluations of the model in memory resize images; nil for what the weights bring.
    /// - Throws: `TrainingError.otherModel` for weights of another architecture; `RecipeError` for names of parameters
    ///   that there are not.
    func model(
        from state: TrainingState? = nil,
        saved: Checkpoint? = nil,
        resizeMode: Preprocessing.ResizeMode? = nil
    ) throws -> CLIPModel {
        let path =
            saved?.url.appendingPathComponent(CheckpointLayout.model).path
            ?? (state == nil ? recipe.model.initialize : nil)
        var preprocessing = recipe.preprocessing
        preprocessing.resizeMode = resizeMode ?? preprocessing.resizeMode
        var weights = state?.weights
        if let path {
            let directory = try CheckpointDirectory(path)
            try check(directory, preprocessing, path)
            preprocessing.resizeMode = directory.preprocessing.resizeMode
            if weights == nil { weights = try directory.tensors() }
        }
        let model = try CLIPModel(
            configuration,
            preprocessing: preprocessing,
            parameters: ParameterStore(
                weights.map { try .tensors(complete($0)) } ?? .initialize(seed: recipe.seed),
                on: device,
                type: recipe.storage.weightType
            )
        )
        model.computeType = recipe.precision.type(on: device)
        // Weights bring their own, unless the recipe asks for another.
        if let temperature = weights == nil
            ? recipe.temperature.first : (state == nil ? recipe.ownTemperature : nil)
        {
            try withoutGradient {
                try model.logitScale.fill(ModelConfiguration.logitScale(temperature: temperature))
            }
        }
        try freeze(model)
        return model
    }

    private func check(_ saved: CheckpointDirectory, _ preprocessing: Preprocessing, _ path: String) throws {
        let differences = configuration.towerDifferences(from: saved.configuration)
        guard differences.isEmpty else {
            throw TrainingError.otherModel(
                config: recipe.model.config,
                checkpoint: saved.path,
                differences: differences
            )
        }
        guard saved.preprocessing.normalizes(like: preprocessing) else {
            throw TrainingError.otherNormalization(
                checkpoint: path,
                mean: saved.preprocessing.mean,
                deviation: saved.preprocessing.deviation
            )
        }
    }

    /// The weights, with first values of what belongs to a loss that they were not trained with.
    private func complete(_ weights: [String: Tensor]) throws -> [String: Tensor] {
        let family = recipe.lossFamily
        let missing = family.addedParameters(in: recipe).filter { weights[$0.key] == nil }
        return try weights.merging(missing.mapValues { try Tensor(Float($0)) }) { first, _ in first }
    }

    /// Takes gradients of what is trained only.
    private func freeze(_ model: CLIPModel) throws {
        let frozen = try recipe.train.frozen(
            among: model.parameters.trainable.map(\.name).filter { model.objectiveParameters[$0] == nil }
        )
        try model.parameters.freeze { frozen.contains($0) }
        let family = recipe.lossFamily
        for (name, tensor) in model.objectiveParameters where !family.trains(name, in: recipe) {
            try tensor.setRequiresGradient(false)
        }
        // Names that the recipe gets wrong are found before the run's directory is made.
        _ = try recipe.rateFactors(for: recipe.optimizerParameters(of: model).map(\.name))
        guard model.parameters.trainable.contains(where: \.tensor.requiresGradient) else {
            throw TrainingError.nothingToTrain
        }
    }
}

extension Preprocessing {
    /// Whether pixels are shifted and scaled by the same numbers.
    fileprivate func normalizes(like other: Preprocessing) -> Bool {
        zip(mean + deviation, other.mean + other.deviation).allSatisfy { abs($0 - $1) < 1e-6 }
    }
}
