import CLIPModels
import Foundation

/// The stages of a run, checked as far as that takes neither data nor weights.
struct RunBlueprint {
    /// The stages that are not finished, in order.
    private(set) var stages: [StageBlueprint] = []
    /// The architectures that they name.
    private(set) var models: RunModels
    /// Settings that have no effect with these models, which the recipe alone cannot show.
    private(set) var warnings: [RecipeWarning] = []

    /// Reads the configurations and the descriptions of checkpoints that a recipe names, and checks its stages.
    ///
    /// - Parameters:
    ///   - first: The first stage that is not finished.
    ///   - models: The architectures that the run keeps itself.
    ///   - saved: The checkpoint with which the run goes on in that stage.
    /// - Throws: What ``StageBlueprint`` throws, and errors of files that are read, each with its stage.
    init(
        _ recipe: Recipe,
        from first: Int = 0,
        models: RunModels = RunModels(),
        saved: Checkpoint? = nil
    ) throws {
        self.models = models
        let all = recipe.allStages
        for (number, stage) in all.enumerated().dropFirst(first) {
            try StageError.naming(stage, number, of: all.count) {
                try add(number, stage, saved: number == first ? saved : nil)
            }
        }
        let known = recipe.warnings
        let changes = Dictionary(uniqueKeysWithValues: stages.map { ($0.number, $0.changesPositions) })
        let transfers = recipe.transferWarnings { changes[$0] ?? nil } + stages.flatMap(\.warnings)
        warnings = transfers.filter { !known.contains($0) }
    }

    private mutating func add(_ number: Int, _ stage: Recipe.Stage, saved: Checkpoint?) throws {
        let whole = try models.configuration(stage.recipe.model.config)
        let start: StageBlueprint.Start
        var vocabulary = stage.recipe.model.initialize
        if let saved {
            let model = saved.url.appending(path: CheckpointLayout.model).path
            let directory = try CheckpointDirectory(model)
            let text = directory.configuration.text as? AdapterTextConfiguration
            start = .begun(directory.preprocessing, text?.language?.located(in: directory.path))
            vocabulary = model
        } else if let before = stages.last, stage.continuesModel(at: number) {
            start = .origin(StageSetup.Origin(before))
            vocabulary = before.vocabulary
        } else if let path = stage.recipe.model.initialize {
            let directory = try CheckpointDirectory(path)
            try directory.requireWeights()
            start = .origin(StageSetup.Origin(directory))
        } else {
            start = .random
        }
        var blueprint = try StageBlueprint(number, stage, whole, from: start)
        blueprint.vocabulary = vocabulary
        stages.append(blueprint)
    }
}

extension Recipe {
    /// Checks the recipe beside the built-in configurations that it names: sizes, budgets, names of parameters, and what
    /// stages take over from each other.
    ///
    /// No file is read: stages with another configuration are left out, and so are checkpoints.
    ///
    /// - Throws: `RecipeError`, or other errors that a run of the recipe would be refused with.
    public func validateBuiltInModels() throws {
        let names = Set(try ModelCatalog.names())
        var before: StageBlueprint?
        for (number, stage) in allStages.enumerated() {
            before = try StageError.naming(stage, number, of: allStages.count) { () -> StageBlueprint? in
                let model = stage.recipe.model
                guard names.contains(model.config) else { return nil }
                let start: StageBlueprint.Start
                if stage.continuesModel(at: number) {
                    start = before.map { .origin(StageSetup.Origin($0)) } ?? .unread
                } else {
                    start = model.initialize == nil ? .random : .unread
                }
                let whole = try ModelCatalog.configuration(model.config)
                return try StageBlueprint(number, stage, whole, from: start)
            }
        }
    }
}
