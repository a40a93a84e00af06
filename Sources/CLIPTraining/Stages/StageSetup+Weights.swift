import CLIPModels
import Torch

extension StageSetup {
    /// A model whose weights a stage takes over.
    struct Origin {
        /// Its architecture.
        let configuration: ModelConfiguration
        /// How it takes pictures; nil where weights say it that are not looked at.
        let preprocessing: Preprocessing?
        /// Where it is, for messages: a directory, or the end of a stage.
        let place: String
        /// The stage that trained it, where it is in memory.
        var stage: String?
        /// Whether the stage was in it already, so that nothing may be changed to fit.
        var isSame = false
    }

    /// Weights for the stage's model, once they are known to fit.
    ///
    /// - Throws: `TrainingError.otherModel`, `.otherHead`, `.otherSizes`, `.otherPositions`, `.otherNormalization`.
    func fitted(_ weights: [String: Tensor], of origin: Origin) throws -> [String: Tensor] {
        let configuration = try configuration
        try recipe.check(configuration, takingOver: origin)
        var (weights, saved) = (weights, origin.configuration)
        if recipe.takesFreshHead(configuration, over: origin) {
            weights = try configuration.withFreshHead(weights, from: saved, seed: recipe.seed)
            saved = configuration.givingHead(to: saved)
        }
        return try configuration.fitted(
            weights,
            from: saved,
            positions: origin.isSame ? .refuse : recipe.model.transfer.positions,
            seed: recipe.seed
        )
    }
}

extension Recipe {
    /// Refuses weights of another architecture, of sizes that nothing is to be fitted to, or that take pixels of other
    /// statistics.
    ///
    /// - Parameter configuration: The recipe's model.
    /// - Throws: `RecipeError`; `TrainingError.otherModel`, `.otherHead`, `.otherSizes`, `.otherPositions`,
    ///   `.otherNormalization`.
    func check(_ configuration: ModelConfiguration, takingOver origin: StageSetup.Origin) throws {
        try checkArchitecture(configuration, takingOver: origin)
        guard let saved = origin.preprocessing, !saved.normalizes(like: preprocessing(over: saved)) else {
            return
        }
        throw TrainingError.otherNormalization(
            checkpoint: origin.place,
            mean: saved.mean,
            deviation: saved.deviation
        )
    }

    private func checkArchitecture(
        _ configuration: ModelConfiguration,
        takingOver origin: StageSetup.Origin
    ) throws {
        let saved = fitting(configuration, origin)
        let differences = model.attributing(configuration.towerDifferences(from: saved))
        guard !differences.isEmpty else { return }
        guard !origin.isSame, let sizes = configuration.sizeDifferences(from: saved) else {
            if let stage = origin.stage { throw Self.otherModel(of: stage, differences) }
            if wantsFreshHead(configuration, over: origin) {
                throw TrainingError.otherHead(
                    config: model.config,
                    checkpoint: origin.place,
                    differences: differences
                )
            }
            throw TrainingError.otherModel(
                config: model.config,
                checkpoint: origin.place,
                differences: differences
            )
        }
        let canInterpolate = configuration.canInterpolatePositions(from: saved)
        guard model.transfer.positions != .refuse else {
            throw TrainingError.otherSizes(
                config: model.config,
                checkpoint: origin.place,
                differences: model.attributing(sizes),
                canInterpolate: canInterpolate
            )
        }
        if model.transfer.positions == .interpolate, !canInterpolate, let new = configuration.patchPositions,
            let old = saved.patchPositions
        {
            throw TrainingError.otherPositions(
                checkpoint: origin.place,
                found: old.rawValue,
                expected: new.rawValue
            )
        }
    }

    /// Whether the stage takes the weights of the image tower alone: those of a checkpoint. What an earlier stage has trained is never
    /// left out, though its key is inherited.
    func takesFreshHead(_ configuration: ModelConfiguration, over origin: StageSetup.Origin) -> Bool {
        !origin.isSame && origin.stage == nil && model.transfer.head == .fresh
            && configuration.needsFreshHead(over: origin.configuration)
    }

    /// What the weights are of once their head is fresh, where it is to be.
    func fitting(_ configuration: ModelConfiguration, _ origin: StageSetup.Origin) -> ModelConfiguration {
        takesFreshHead(configuration, over: origin)
            ? configuration.givingHead(to: origin.configuration) : origin.configuration
    }

    /// Whether a fresh head would let the weights fit, sizes aside, and the recipe looks as if that was meant: a text tower of another
    /// size is rather another configuration's.
    private func wantsFreshHead(_ configuration: ModelConfiguration, over origin: StageSetup.Origin) -> Bool {
        guard !origin.isSame, configuration.needsFreshHead(over: origin.configuration),
            model.embedDim != nil || configuration.text.kind.contextLength == nil
        else { return false }
        let given = configuration.givingHead(to: origin.configuration)
        return configuration.towerDifferences(from: given).isEmpty
            || configuration.sizeDifferences(from: given) != nil
    }

    private static func otherModel(of stage: String, _ differences: [String]) -> RecipeError {
        let reason =
            "the stage continues with the model of stage `\(stage)`, which has another architecture: "
            + "\(differences.joined(separator: ", ")); set `start: {kind: initialize}` to start a new model."
        return RecipeError([RecipeProblem(.conflict(reason: reason), path: "model.config")])
    }
}

extension StageSetup.Origin {
    /// The model of a checkpoint.
    ///
    /// - Parameter isSame: Whether the stage was in it already.
    init(_ directory: CheckpointDirectory, isSame: Bool = false) {
        self.init(
            configuration: directory.configuration,
            preprocessing: directory.preprocessing,
            place: directory.path,
            isSame: isSame
        )
    }

    /// The model that a stage leaves.
    init(_ setup: StageSetup, _ preprocessing: Preprocessing) throws {
        self.init(of: setup.stage, try setup.configuration, preprocessing)
    }

    /// The model that a stage will leave.
    init(_ before: StageBlueprint) {
        self.init(of: before.stage, before.configuration, before.preprocessing)
    }

    private init(
        of stage: Recipe.Stage,
        _ configuration: ModelConfiguration,
        _ preprocessing: Preprocessing?
    ) {
        self.init(
            configuration: configuration,
            preprocessing: preprocessing,
            place: "the end of stage `\(stage.name)`",
            stage: stage.name
        )
    }
}

extension Preprocessing {
    /// Whether pixels are shifted and scaled by the same numbers.
    fileprivate func normalizes(like other: Preprocessing) -> Bool {
        zip(mean + deviation, other.mean + other.deviation).allSatisfy { abs($0 - $1) < 1e-6 }
    }
}
