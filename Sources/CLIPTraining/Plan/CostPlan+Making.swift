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
    /// - Throws: `RecipeError` for a recipe that cannot run, for as much as can be known without data; errors of the
    ///   configuration of the model.
    public init(_ recipe: Recipe, _ settings: Settings = Settings()) throws {
        try recipe.validate()
        let device = try recipe.resolvedDevice()
        let located = recipe.located()
        var models = RunModels()
        try Self.checkTransitions(located.allStages, &models)
        var unknown: [String] = []
        stages = try located.allStages.enumerated().map { number, stage in
            try StageError.naming(stage, number, of: located.allStages.count) {
                var planner = StagePlanner(
                    stage: stage,
                    whole: try models.configuration(stage.recipe.model.config),
                    device: device,
                    settings: settings
                )
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
