import CLIPModels
import Torch

extension CostPlan {
    /// What a plan is made for.
    public struct Settings: Sendable {
        /// Processes that share each batch.
        public var ranks = 1
        /// Operations per second of one process; nil for unknown.
        public var flops: Double?
        /// Whether to measure that by steps on this machine.
        public var measures = false
        /// Memory limit for `microBatch: auto`, in place of the recipe's.
        public var memory: ByteCount?

        /// One process of unknown speed.
        public init() {}
    }

    /// Plans a recipe.
    ///
    /// Of the data, only the index and the first 1,024 samples are read, if they are available; side files of captions by way of
    /// their table, which is made if it is missing.
    ///
    /// - Throws: `RecipeError` and whatever else a run of the recipe would be refused with, as far as neither data nor weights
    ///   nor files that are to be fetched decide over it.
    public init(_ recipe: Recipe, _ settings: Settings = Settings()) throws {
        try recipe.validate()
        guard !recipe.model.isLanguage else {
            let reason =
                "what a language model takes is not planned; `clip train --dry-run` checks such a recipe and counts what is trained."
            throw RecipeError([RecipeProblem(.conflict(reason: reason), path: "model.language")])
        }
        let device = try recipe.resolvedDevice()
        let located = recipe.located()
        let blueprint = try RunBlueprint(located)
        var unknown = blueprint.warnings.map(\.description)
        stages = try blueprint.stages.map { stage in
            try StageError.naming(stage.stage, stage.number, of: blueprint.stages.count) {
                var planner = StagePlanner(stage, device: device, settings: settings)
                let planned = try planner.plan()
                unknown += planner.unknown.filter { !unknown.contains($0) }
                return planned
            }
        }
        if settings.memory != nil, !located.allStages.contains(where: { $0.recipe.microBatch == .automatic })
        {
            unknown.append("--memory has no effect: microBatch is not auto")
        }
        total = Total(stages)
        self.unknown = unknown
    }
}
