import CLIPModels
public import Foundation
public import RemoteFiles
import TorchNN

extension TrainingRun {
    /// Starts a run in a new directory and trains to its end, or to an interruption.
    ///
    /// Relative paths in the recipe count from the working directory, and are absolute in the run's.
    ///
    /// - Parameter parts: What the program gives the run in addition to the recipe.
    /// - Throws: Errors of the recipe, the data, the model or the file system, before anything is overwritten;
    ///   ``Interruption`` before there is a directory.
    public static func start(
        recipe: Recipe,
        directory: URL,
        parts: RunParts = RunParts(),
        interrupt: InterruptFlag,
        output: FileHandle = .standardError
    ) throws -> TrainingReport {
        // A call of its own, whose variables do not keep the first stage beside the later ones.
        try begun(recipe, directory, parts, interrupt, output).train()
    }

    private static func begun(
        _ recipe: Recipe,
        _ directory: URL,
        _ parts: RunParts,
        _ interrupt: InterruptFlag,
        _ output: FileHandle
    ) throws -> TrainingRun {
        try recipe.validate()
        let (setup, model) = try interrupt.abandoning {
            let setup = try RunSetup.prepare(
                recipe.located(),
                parts: parts,
                output: output,
                stop: interrupt.stop
            )
            return (setup, try setup.checkedFirstModel())
        }
        let recipe = try setup.settledRecipe(output: output)
        // The run is resumed from what is written now.
        try recipe.validate()
        let run = try RunDirectory.create(at: directory, recipe: recipe)
        try run.describe(setup)
        let record = try RunRecord(
            recipe,
            in: run,
            from: nil,
            at: TrainingPosition(),
            progress: ProgressLine(output: output)
        )
        let first = setup.stages[0]
        let stage = try Stage(first, model: model, from: nil) {
            try record.states.open(first, step: 0, .newRun)
        }
        return TrainingRun(setup, stage: stage, record: record, interrupt: interrupt)
    }

    /// Resolves and checks everything that a run would do, and trains nothing.
    ///
    /// - Parameter stop: Ends the call.
    /// - Throws: What ``start(recipe:directory:parts:interrupt:output:)`` would throw before it trains.
    public static func plan(
        recipe: Recipe,
        parts: RunParts = RunParts(),
        output: FileHandle = .standardError,
        stop: StopSignal? = nil
    ) throws -> TrainingPlan {
        try recipe.validate()
        let setup = try RunSetup.prepare(recipe.located(), parts: parts, output: output, stop: stop)
        let model = try setup.checkedFirstModel()
        return TrainingPlan(
            recipe: try setup.settledRecipe(output: output).resolved,
            parameters: model.parameters.parameterCount,
            stages: setup.stages.map { TrainingPlan.Stage($0) }
        )
    }
}

extension RunSetup {
    /// The model of the first stage, once the names of parameters in all stages are known to be right.
    func checkedFirstModel() throws -> CLIPModel {
        let setup = stages[0]
        let first = try naming(setup) { try setup.model() }
        try checkNames(after: setup.number, first)
        return first
    }

    /// Checks what coming stages say of the model and its parameters, so that it is not found when they begin.
    ///
    /// - Parameter model: What the stage of this number trains.
    func checkNames(after number: Int, _ model: CLIPModel) throws {
        var (names, preprocessing) = (model.towerParameterNames, model.preprocessing)
        for (before, setup) in zip(stages, stages.dropFirst()) where setup.number > number {
            try naming(setup) {
                if setup.stage.start.kind == .initialize {
                    let first = try setup.model()
                    (names, preprocessing) = (first.towerParameterNames, first.preprocessing)
                } else {
                    try setup.check(StageSetup.Origin(before, preprocessing))
                    preprocessing = setup.recipe.preprocessing(over: preprocessing)
                    try setup.check(setup.configuration.trained(names))
                }
            }
        }
    }

    private func naming<R>(_ setup: StageSetup, _ body: () throws -> R) throws -> R {
        try StageError.naming(setup.stage, setup.number, of: lastStage + 1, body)
    }
}

extension StageSetup {
    /// Checks what the stage says of the parameters of a model that it continues with.
    fileprivate func check(_ names: [String]) throws {
        let frozen = try recipe.train.frozen(among: names)
        let trained = names.filter { !frozen.contains($0) }
        let loss = ["logit_scale"] + recipe.lossFamily.addedParameters(in: recipe).keys
        _ = try recipe.rateFactors(for: trained + loss)
        guard trained.isEmpty, !loss.contains(where: { recipe.lossFamily.trains($0, in: recipe) }) else {
            return
        }
        let reason = TrainingError.nothingToTrain.description + "."
        throw RecipeError([RecipeProblem(.conflict(reason: reason), path: "train.freeze")])
    }
}

extension ModelConfiguration {
    /// The names of a model's parameters where positions may be fixed, or trained again.
    fileprivate func trained(_ names: [String]) -> [String] {
        let others = names.filter { $0 != Self.patchPositionsName }
        return patchPositions == .learned ? others + [Self.patchPositionsName] : others
    }
}
