import CLIPModels
import Foundation
import Torch
import TorchNN

extension CLIPModel {
    /// A model that is kept and computed in the types that a recipe says.
    ///
    /// - Parameter weights: Its values; nil for first ones by the recipe's seed.
    convenience init(
        _ configuration: ModelConfiguration,
        _ recipe: Recipe,
        on device: Device,
        preprocessing: Preprocessing = .init(),
        tokenizerFiles: [String: Data] = [:],
        weights: [String: Tensor]? = nil
    ) throws {
        try self.init(
            configuration,
            preprocessing: preprocessing,
            tokenizerFiles: tokenizerFiles,
            parameters: ParameterStore(
                weights.map { .tensors($0) } ?? .initialize(seed: recipe.seed),
                on: device,
                type: recipe.storage.weightType
            )
        )
        computeType = recipe.precision.type(on: device)
    }
}

extension ImageTextModel {
    /// The names of all parameters, frozen ones included, that do not belong to the loss.
    var towerParameterNames: [String] {
        parameters.trainable.map(\.name).filter { objectiveParameters[$0] == nil }
    }

    /// Freezes what a recipe names.
    ///
    /// - Throws: `RecipeError` for a pattern that matches no name.
    func freeze(_ train: Recipe.Train) throws {
        let frozen = try train.frozen(among: towerParameterNames)
        try parameters.freeze { frozen.contains($0) }
    }
}

extension Recipe {
    /// Lets a model take gradients of what is trained only.
    ///
    /// - Throws: `RecipeError` for names of parameters that there are not, and where nothing is left to train.
    func freeze(_ model: any ImageTextModel) throws {
        try model.freeze(train)
        for (name, tensor) in model.objectiveParameters where !lossFamily.trains(name, in: self) {
            try tensor.setRequiresGradient(false)
        }
        _ = try rateFactors(
            for: optimizerParameters(of: model).map(\.name),
            among: model.parameters.trainable.map(\.name)
        )
        guard model.parameters.trainable.contains(where: \.tensor.requiresGradient) else {
            let reason =
                "it matches every parameter and the temperature is fixed, so there is nothing to train; freeze fewer "
                + "parameters."
            throw RecipeError([RecipeProblem(.conflict(reason: reason), path: "train.freeze")])
        }
    }
}
