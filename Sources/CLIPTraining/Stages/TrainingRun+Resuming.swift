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
        let run = try RunDirectory.resume(at: directory)
        let resumed = try interrupt.abandoning {
            try ResumedRun(
                at: directory,
                overrides: overrides,
                parts: parts,
                fresh: startsStateAfresh,
                output: output,
                stop: interrupt.stop
            )
        }
        let (recipe, checkpoint, setup) = (resumed.recipe, resumed.checkpoint, resumed.setup)
        let progress = ProgressLine(output: output)
        let record = try RunRecord(
            recipe,
            in: run,
            from: checkpoint,
            at: resumed.state.position,
            progress: progress
        )
        let stage = try Stage(
            resumed.current,
            model: resumed.model(),
            from: resumed.state,
            hasEnded: resumed.hasEnded
        ) {
            try record.states.open(
                resumed.current,
                step: checkpoint.step,
                .resuming(fresh: startsStateAfresh || resumed.forgets)
            )
        }
        if startsStateAfresh, stage.states == nil, !resumed.forgets {
            progress.message(
                "warning: --fresh-state has no effect: this objective keeps no per-sample state"
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
            for notice in resumed.notices { progress.message(notice) }
            if resumed.isChanged { try run.replaceRecipe(recipe) }
            try run.describe(setup, forgotten: resumed.forgets ? checkpoint.step : nil)
            if let change = resumed.finished.rateChange(to: stage) { progress.message("\(change)") }
        }
        return try training.train()
    }

    /// Resolves and checks everything that going on with a run would do; trains nothing, and changes nothing in the run.
    ///
    /// - Throws: What ``resume(directory:overrides:parts:startsStateAfresh:interrupt:output:)`` would throw before it trains,
    ///   but for what concerns the state of samples.
    public static func plan(
        resuming directory: URL,
        overrides: [String] = [],
        parts: RunParts = RunParts(),
        startsStateAfresh: Bool = false,
        output: FileHandle = .standardError,
        stop: StopSignal? = nil
    ) throws -> TrainingPlan {
        try RunFormat.check(directory)
        let resumed = try ResumedRun(
            at: directory,
            overrides: overrides,
            parts: parts,
            fresh: startsStateAfresh,
            output: output,
            stop: stop
        )
        let model = try resumed.model()
        var position = resumed.state.position
        if !resumed.hasEnded { position.continueStage(withBatch: resumed.current.recipe.batch) }
        let pace = resumed.current.pace.continued(from: position)
        for notice in resumed.notices { try? output.write(contentsOf: Data("\(notice)\n".utf8)) }
        var plan = TrainingPlan(
            recipe: try resumed.recipe.resolved,
            parameters: model.parameters.parameterCount,
            stages: resumed.setup.stages.map { stage in
                TrainingPlan.Stage(stage, pace: stage.number == resumed.current.number ? pace : nil)
            }
        )
        plan.resumes = TrainingPlan.Resumption(
            checkpoint: resumed.checkpoint.url.path,
            step: resumed.checkpoint.step,
            samples: resumed.state.position.samples,
            isFinished: resumed.current.number == resumed.setup.lastStage
                && pace.isComplete(at: position)
        )
        return plan
    }
}

extension ResumedRun {
    /// The model of the stage in which the run was, once the names of parameters in the stages to come are known to be right.
    func model() throws -> CLIPModel {
        let model = try current.model(from: state, saved: checkpoint)
        try setup.checkNames(after: current.number, model)
        return model
    }
}
