import CLIPModels
public import Foundation
public import RemoteFiles
import TorchNN

extension TrainingRun {
    /// Continues a run from its newest good checkpoint.
    ///
    /// - Parameters:
    ///   - overrides: `key=value` changes of the run's recipe; stages that are finished cannot change. What decides which
    ///     samples come (`seed`, `batch`, `data`) changes only if it is named here.
    ///   - parts: What the program gives the run in addition to the recipe.
    ///   - startsStateAfresh: Whether to forget what the objective remembers, for a run whose `states` are lost, or one that
    ///     goes on with another objective.
    /// - Throws: ``ResumeError`` for an edited recipe or other data; errors of the run, the recipe, the data and the model.
    ///   ``Interruption`` before it trains, with the run as it was.
    public static func resume(
        directory: URL,
        overrides: [String] = [],
        parts: RunParts = RunParts(),
        startsStateAfresh: Bool = false,
        interrupt: InterruptFlag,
        output: FileHandle = .standardError
    ) throws -> TrainingReport {
        // A function of its own, so that what was read from the checkpoint is freed before training starts.
        try reopened(directory, overrides, parts, fresh: startsStateAfresh, interrupt, output).train()
    }

    private static func reopened(
        _ directory: URL,
        _ overrides: [String],
        _ parts: RunParts,
        fresh: Bool,
        _ interrupt: InterruptFlag,
        _ output: FileHandle
    ) throws -> TrainingRun {
        let run = try RunDirectory.resume(at: directory)
        var resumed = try interrupt.abandoning {
            try ResumedRun(
                at: directory,
                overrides: overrides,
                parts: parts,
                fresh: fresh,
                output: output,
                stop: interrupt.stop
            )
        }
        let (recipe, checkpoint, setup) = (resumed.recipe, resumed.checkpoint, resumed.setup)
        let (current, forgets) = (resumed.current, resumed.forgets)
        let progress = ProgressLine(output: output)
        let record = try RunRecord(
            recipe,
            in: run,
            from: checkpoint,
            at: resumed.state.position,
            progress: progress
        )
        let stage = try resumed.stage {
            try record.states.open(
                current,
                step: checkpoint.step,
                .resuming(fresh: fresh || forgets)
            )
        }
        let training = TrainingRun(setup, stage: stage, record: record, interrupt: interrupt)
        if training.isFinished {
            let key = recipe.stages.isEmpty ? "length" : "stages.\(setup.lastStage).length"
            progress.message(
                "the run is finished at step \(checkpoint.step): there is nothing to train, and its recipe stays as "
                    + "it is; to continue, set a longer length, for example --set '\(key)=…'"
            )
        } else {
            for notice in resumed.notices(of: stage) { progress.message(notice) }
            if resumed.isChanged { try run.replaceRecipe(recipe) }
            try run.describe(setup, forgotten: forgets ? checkpoint.step : nil)
        }
        return training
    }

    /// Resolves and checks everything that going on with a run would do; trains nothing, and changes nothing in the run.
    ///
    /// - Throws: What ``resume(directory:overrides:parts:startsStateAfresh:interrupt:output:)`` would throw before it trains.
    public static func plan(
        resuming directory: URL,
        overrides: [String] = [],
        parts: RunParts = RunParts(),
        startsStateAfresh: Bool = false,
        output: FileHandle = .standardError,
        stop: StopSignal? = nil
    ) throws -> TrainingPlan {
        try RunDirectory.check(directory)
        try RunDirectory.checkIsUnused(directory)
        var resumed = try ResumedRun(
            at: directory,
            overrides: overrides,
            parts: parts,
            fresh: startsStateAfresh,
            output: output,
            stop: stop
        )
        let (recipe, current, step) = (resumed.recipe, resumed.current, resumed.checkpoint.step)
        let fresh = startsStateAfresh || resumed.forgets
        var warnings: [SampleStateWarning] = []
        let stage = try resumed.stage {
            warnings = try SampleStateFiles(recipe, run: directory).check(current, step: step, fresh: fresh)
            return nil
        }
        let isFinished = stage.isComplete && stage.setup.number == resumed.setup.lastStage
        let notices = isFinished ? [] : resumed.notices(of: stage)
        for line in notices + warnings.map({ "warning: \($0)" }) { RunSetup.say(line, to: output) }
        var plan = TrainingPlan(
            recipe: try recipe.resolved,
            parameters: stage.trainer.model.parameters.parameterCount,
            stages: resumed.setup.stages.map { setup in
                TrainingPlan.Stage(setup, pace: setup.number == stage.setup.number ? stage.pace : nil)
            }
        )
        plan.resumes = TrainingPlan.Resumption(
            checkpoint: resumed.checkpoint.url.path,
            step: step,
            samples: resumed.state.position.samples,
            isFinished: isFinished
        )
        return plan
    }
}
