import CLIPModels
import Torch

extension CostPlan {
    /// What a plan is made for.
    public struct Settings: Sendable {
        /// Processes that share each batch.
        public var ranks = 1
        /// Operations that one process computes in a second; nil for unknown.
        public var flops: Double?
        /// Whether to find that out by steps on this machine.
        public var measures = false
        /// Memory for which `microBatch: auto` chooses, in place of the recipe's.
        public var memory: ByteCount?

        /// One process of unknown speed.
        public init() {}
    }

    /// Plans a recipe.
    ///
    /// Of the data only the index and some captions are read, where they are at hand; nothing is written.
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
        total = Total(stages)
        self.unknown = unknown
    }
}
