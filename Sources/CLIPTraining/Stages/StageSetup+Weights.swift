import CLIPModels
import Torch

extension StageSetup {
    /// A model whose weights a stage takes over.
    struct Origin {
        /// Its architecture.
        let configuration: ModelConfiguration
        /// How it takes pictures.
        let preprocessing: Preprocessing
        /// Where it is, for messages: a directory, or the end of a stage.
        let place: String
        /// The stage that trained it, where it is in memory.
        var stage: String?
        /// Whether the stage was in it already, so that nothing may be changed to fit.
        var isSame = false
    }

    /// Weights for the stage's model, once they are known to fit.
    ///
    /// - Throws: `TrainingError.otherModel`, `.otherSizes`, `.otherPositions`, `.otherNormalization`.
    func fitted(_ weights: [String: Tensor], of origin: Origin) throws -> [String: Tensor] {
        try check(origin)
        return try configuration.fitted(
            weights,
            from: origin.configuration,
            positions: origin.isSame ? .refuse : recipe.model.transfer.positions,
            seed: recipe.seed
        )
    }

    /// Refuses weights that do not fit, or that take pixels of other statistics.
    func check(_ origin: Origin) throws {
        try recipe.check(configuration, takingOver: origin)
        guard origin.preprocessing.normalizes(like: recipe.preprocessing(over: origin.preprocessing)) else {
            throw TrainingError.otherNormalization(
                checkpoint: origin.place,
                mean: origin.preprocessing.mean,
                deviation: origin.preprocessing.deviation
            )
        }
    }
}

extension Recipe {
    /// Refuses weights of another architecture, or of sizes that nothing is to be fitted to.
    ///
    /// - Parameter configuration: The recipe's model.
    /// - Throws: `RecipeError`; `TrainingError.otherModel`, `.otherSizes`, `.otherPositions`.
    func check(_ configuration: ModelConfiguration, takingOver origin: StageSetup.Origin) throws {
        let saved = origin.configuration
        let differences = model.attributing(configuration.towerDifferences(from: saved))
        guard !differences.isEmpty else { return }
        guard !origin.isSame, let sizes = configuration.sizeDifferences(from: saved) else {
            if let stage = origin.stage { throw Self.otherModel(of: stage, differences) }
            throw TrainingError.otherModel(
                config: model.config,
                checkpoint: origin.place,
                differences: differences
            )
        }
        guard model.transfer.positions != .refuse else {
            throw TrainingError.otherSizes(
                config: model.config,
                checkpoint: origin.place,
                differences: model.attributing(sizes)
            )
        }
        if model.transfer.positions == .interpolate, let new = configuration.patchPositions,
            let old = saved.patchPositions, new.isFixed, new != old
        {
            throw TrainingError.otherPositions(
                checkpoint: origin.place,
                found: old.rawValue,
                expected: new.rawValue
            )
        }
    }

    private static func otherModel(of stage: String, _ differences: [String]) -> RecipeError {
        let reason =
            "the stage continues with the model of stage `\(stage)`, which has another architecture: "
            + "\(differences.joined(separator: ", ")); set `start: {kind: initialize}` to start a new model."
        return RecipeError([RecipeProblem(.conflict(reason: reason), path: "model.config")])
    }
}

extension StageSetup.Origin {
    /// The model that a stage leaves.
    init(_ setup: StageSetup, _ preprocessing: Preprocessing) {
        self.init(
            configuration: setup.configuration,
            preprocessing: preprocessing,
            place: "the end of stage `\(setup.stage.name)`",
            stage: setup.stage.name
        )
    }
}

extension Preprocessing {
    /// Whether pixels are shifted and scaled by the same numbers.
    fileprivate func normalizes(like other: Preprocessing) -> Bool {
        zip(mean + deviation, other.mean + other.deviation).allSatisfy { abs($0 - $1) < 1e-6 }
    }
}
