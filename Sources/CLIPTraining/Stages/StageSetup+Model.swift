import CLIPModels
import Foundation
import Torch
import TorchNN

extension StageSetup {
    /// The model with which the stage starts.
    ///
    /// - Parameters:
    ///   - state: The state whose weights it takes over; nil for those that the recipe names, or first ones.
    ///   - saved: The checkpoint in which the state is.
    ///   - before: The model in memory whose state it is, where it is in no checkpoint.
    /// - Throws: `TrainingError.otherModel` and its like for weights that do not fit; `RecipeError` for names of parameters
    ///   that there are not.
    func model(
        from state: TrainingState? = nil,
        saved: Checkpoint? = nil,
        after before: Origin? = nil
    ) throws -> any ImageTextModel {
        if case .language(let language) = architecture { return try languageModel(language, from: state) }
        let configuration = try configuration
        var (weights, origin) = (state?.weights, before)
        let path =
            saved?.url.appendingPathComponent(CheckpointLayout.model).path
            ?? (state == nil ? recipe.model.initialize : nil)
        if let path {
            let directory = try CheckpointDirectory(path)
            let found = Origin(directory, isSame: saved != nil)
            // Before anything is read that may be large.
            try recipe.check(configuration, takingOver: found)
            weights = try weights ?? directory.tensors()
            origin = found
        }
        if let found = origin { weights = try weights.map { try fitted($0, of: found) } }
        let preprocessing = recipe.preprocessing(over: origin.flatMap(\.preprocessing))
        let model = try CLIPModel(
            configuration,
            recipe,
            on: device,
            preprocessing: preprocessing,
            tokenizerFiles: tokenizerFiles,
            weights: weights.map(complete)
        )
        // Weights bring their own, unless the recipe asks for another.
        if let temperature = weights == nil
            ? recipe.temperature.first : (state == nil ? recipe.ownTemperature : nil)
        {
            try withoutGradient {
                try model.logitScale.fill(ModelConfiguration.logitScale(temperature: temperature))
            }
        }
        try recipe.freeze(model)
        return model
    }

    /// The weights, with first values of what belongs to a loss that they were not trained with.
    private func complete(_ weights: [String: Tensor]) throws -> [String: Tensor] {
        let family = recipe.lossFamily
        let missing = family.addedParameters(in: recipe).filter { weights[$0.key] == nil }
        return try weights.merging(missing.mapValues { try Tensor(Float($0)) }) { first, _ in first }
    }
}
