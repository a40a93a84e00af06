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
        // A function of its own, so that its variables do not keep the first stage alive during later ones.
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
    /// The model of the first stage, once the weights with which later ones start are known to be right.
    func checkedFirstModel() throws -> any ImageTextModel {
        let setup = stages[0]
        let first = try naming(setup) { try setup.model() }
        try checkInitialWeights(ofStagesAfter: setup.number)
        return first
    }

    /// Reads the weights with which coming stages start, so that what is wrong with them is not found when they begin.
    func checkInitialWeights(ofStagesAfter number: Int) throws {
        for setup in stages where setup.number > number && !setup.stage.continuesModel(at: setup.number) {
            _ = try naming(setup) { try setup.model() }
        }
    }

    private func naming<R>(_ setup: StageSetup, _ body: () throws -> R) throws -> R {
        try StageError.naming(setup.stage, setup.number, of: lastStage + 1, body)
    }
}
