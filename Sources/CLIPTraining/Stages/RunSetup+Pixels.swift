import CLIPModels
import Foundation

extension RunSetup {
    /// The recipe with how pictures become pixels written out, where it leaves that to the weights of
    /// `model.initialize`: what a new run is started with.
    ///
    /// Says where the recipe departs from those weights.
    func settledRecipe(output: FileHandle) throws -> Recipe {
        guard !recipe.model.isLanguage else { return recipe }
        var settled = recipe
        var before: Preprocessing?
        for setup in stages {
            let weights = try setup.startingPreprocessing(after: before)
            if let weights, !setup.continuesModel, let path = setup.recipe.model.initialize {
                for departure in setup.recipe.departures(from: weights) {
                    Self.say(
                        "warning: the weights at \(path) were trained otherwise: \(departure)",
                        to: output
                    )
                }
            }
            let found = setup.recipe.preprocessing(over: weights)
            if recipe.stages.isEmpty || setup.number == 0 { settled.settle(found) }
            if !recipe.stages.isEmpty { settled.stages[setup.number].recipe.settle(found) }
            before = found
        }
        return settled
    }
}

extension StageSetup {
    /// Whether the stage trains the model of the stage before.
    var continuesModel: Bool { stage.continuesModel(at: number) }

    /// What the weights with which the stage starts say of pictures; nil for random ones.
    fileprivate func startingPreprocessing(after before: Preprocessing?) throws -> Preprocessing? {
        if continuesModel { return before }
        return try recipe.model.initialize.map { try CheckpointDirectory($0).preprocessing }
    }
}
