public import Foundation

extension TrainingRun {
    /// Starts a run in a new directory and trains to its end, or to an interruption.
    ///
    /// - Throws: Errors of the recipe, the data, the model or the file system, before anything is overwritten.
    public static func start(
        recipe: Recipe,
        directory: URL,
        interrupt: InterruptFlag,
        output: FileHandle = .standardError
    ) throws -> TrainingReport {
        try recipe.validate()
        let setup = try TrainingSetup(recipe, output: output)
        let run = try RunDirectory.create(at: directory, recipe: recipe)
        return try TrainingRun(setup, in: run, from: nil, interrupt: interrupt, output: output).train()
    }

    /// Goes on from a run's newest good checkpoint.
    ///
    /// - Parameters:
    ///   - overrides: `key=value` changes of the run's recipe.
    ///   - startsStateAfresh: Whether to forget what the objective knew of each sample, for a run whose `states` are
    ///     lost.
    public static func resume(
        directory: URL,
        overrides: [String] = [],
        startsStateAfresh: Bool = false,
        interrupt: InterruptFlag,
        output: FileHandle = .standardError
    ) throws -> TrainingReport {
        let run = try RunDirectory.resume(at: directory)
        let recipe = try run.recipe(overrides: overrides)
        var damages: [RunDirectoryError] = []
        let found = try run.checkpoints.newestValid { damages.append($0) }
        for damage in damages {
            let sequel = found.map { " The run goes on from step \($0.step)." } ?? ""
            try? output.write(contentsOf: Data("warning: \(damage)\(sequel)\n".utf8))
        }
        guard let checkpoint = found else { throw TrainingError.nothingToResume(directory.path) }
        let setup = try TrainingSetup(recipe, checkpoint: checkpoint, output: output)
        let training = try TrainingRun(
            setup,
            in: run,
            from: checkpoint,
            startsStateAfresh: startsStateAfresh,
            interrupt: interrupt,
            output: output
        )
        if training.isFinished {
            training.progress.message(
                "the run is finished at step \(checkpoint.step): there is nothing to train, and its recipe stays as "
                    + "it is; a greater length goes on, as with --set 'length=…'"
            )
        } else if !overrides.isEmpty {
            try run.replaceRecipe(recipe)
        }
        return try training.train()
    }
}
