public import Foundation

extension TrainingRun {
    /// Continues a run from its newest good checkpoint.
    ///
    /// - Parameters:
    ///   - overrides: `key=value` changes of the run's recipe; stages that are finished cannot change.
    ///   - parts: What the program gives the run in addition to the recipe.
    ///   - startsStateAfresh: Whether to forget what the objective knew of each sample, for a run whose `states` are
    ///     lost.
    public static func resume(
        directory: URL,
        overrides: [String] = [],
        parts: RunParts = RunParts(),
        startsStateAfresh: Bool = false,
        interrupt: InterruptFlag,
        output: FileHandle = .standardError
    ) throws -> TrainingReport {
        let run = try RunDirectory.resume(at: directory)
        let recipe = try run.recipe(overrides: overrides, objectives: parts.objectives)
        let checkpoint = try newestCheckpoint(of: run, output: output)
        let state = try TrainingState(contentsOf: checkpoint)
        let finished = try FinishedStages(at: state.position, in: checkpoint, objectives: parts.objectives)
        try finished.check(recipe)
        let setup = try RunSetup.prepare(
            recipe,
            from: state.position.stage,
            parts: parts,
            output: output
        )
        let progress = ProgressLine(output: output)
        let record = try RunRecord(recipe, in: run, from: checkpoint, at: state.position, progress: progress)
        let stage = try stage(of: setup, from: state, checkpoint, fresh: startsStateAfresh, record)
        if startsStateAfresh, stage.states == nil {
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
            if !overrides.isEmpty { try run.replaceRecipe(recipe) }
            if let change = finished.rateChange(to: stage) { progress.message("\(change)") }
        }
        return try training.train()
    }

    private static func newestCheckpoint(of run: RunDirectory, output: FileHandle) throws -> Checkpoint {
        var damages: [RunDirectoryError] = []
        let found = try run.checkpoints.newestValid { damages.append($0) }
        for damage in damages {
            let sequel = found.map { " The run continues from step \($0.step)." } ?? ""
            try? output.write(contentsOf: Data("warning: \(damage)\(sequel)\n".utf8))
        }
        guard let found else { throw TrainingError.nothingToResume(run.url.path) }
        return found
    }

    /// The stage in which the run was. Where it had ended, what is left of it are evaluations.
    private static func stage(
        of setup: RunSetup,
        from state: TrainingState,
        _ checkpoint: Checkpoint,
        fresh: Bool,
        _ record: RunRecord
    ) throws -> Stage {
        let current = setup.stage(state.position.stage)
        let model = try current.model(from: state, saved: checkpoint)
        try setup.checkNames(after: current.number, model)
        return try Stage(
            current,
            model: model,
            from: state,
            hasEnded: state.position.endsStage && current.number < setup.lastStage
        ) {
            try record.states.open(current, step: checkpoint.step, .resuming(fresh: fresh))
        }
    }
}
