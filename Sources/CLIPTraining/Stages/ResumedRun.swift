import CLIPData
import Foundation
import RemoteFiles

/// A run that is to go on: read and checked, with nothing changed in it yet.
struct ResumedRun {
    /// The run's recipe with what was asked for, and the stages that are left.
    let setup: RunSetup
    /// The run's directory.
    let url: URL
    let checkpoint: Checkpoint
    /// The architecture with which the run was trained so far, as its recipe names it; nil for an older run.
    private(set) var trainedModel: Recipe.Model?
    /// Where the run goes on; what the loss of the run knew and the present one cannot hold is left out.
    var state: TrainingState
    /// What is different from now on, in sentences.
    var notices: [String] = []
    /// Whether something that the loss remembered is forgotten.
    var forgets = false
    /// Whether the recipe is another than the one in the run.
    let isChanged: Bool
    /// The stages before, as the checkpoint has them.
    let finished: FinishedStages

    var recipe: Recipe { setup.recipe }
    /// The stage in which the run was.
    var current: StageSetup { setup.stage(state.position.stage) }
    /// Whether that stage is complete, and another one follows.
    var hasEnded: Bool { state.position.endsStage && state.position.stage < setup.lastStage }

    /// Reads a run.
    ///
    /// - Parameters:
    ///   - fresh: Whether what the loss knew may be forgotten.
    ///   - output: Told of damaged checkpoints, and of what takes long.
    ///   - stop: Raised when the run is to end, now or later.
    /// - Throws: ``ResumeError`` for changes that nobody asked for; errors of the run, the recipe, the data and the model.
    init(
        at url: URL,
        overrides: [String],
        parts: RunParts,
        fresh: Bool,
        output: FileHandle,
        stop: StopSignal?
    ) throws {
        self.url = url
        let file = url.appending(path: RunDirectory.Name.recipe)
        let description = RunDescription.read(from: url)
        let written = try? Recipe(ofRun: file.path, objectives: parts.objectives)
        var notices: [String] = []
        let given = GivenKeys(overrides)
        let recipe = try Self.advising(url, parts.objectives, given) {
            try Recipe(ofRun: file.path, overrides: overrides, objectives: parts.objectives) {
                notices.append($0)
            }
        }.located()
        let old = written?.located()
        let checkpoint = try Self.newestCheckpoint(of: url, output: output)
        self.checkpoint = checkpoint
        state = try TrainingState(contentsOf: checkpoint)
        let (position, step) = (state.position, checkpoint.step)
        finished = try FinishedStages(at: position, in: checkpoint, objectives: parts.objectives)
        try finished.check(recipe)
        let stage = recipe.allStages[position.stage].recipe
        let hasEnded = position.endsStage && position.stage + 1 < recipe.allStages.count
        let trained =
            finished.old.indices.contains(position.stage)
            ? finished.old[position.stage].recipe : old?.stageRecipe(position.stage)
        if let trained, !hasEnded {
            let comparison = Comparison(
                trained,
                stage,
                given,
                number: recipe.stages.isEmpty ? nil : position.stage
            )
            let isLast = position.stage + 1 >= recipe.allStages.count
            try comparison.checkStart(of: url, step: step, next: isLast ? nil : position.stage + 1)
            notices += comparison.changes(asked: true).map { $0.notice(step: step) }
            let edits = comparison.changes(asked: false)
            let isOurs = try description?.recipe == RunDescription.digest(Data(contentsOf: file))
            if !isOurs, !edits.isEmpty {
                throw ResumeError.edited(recipe: file.path, step: step, edits.map(comparison.named))
            }
        }
        setup = try Self.hinting(at: written, old, output) {
            try Self.advising(url, parts.objectives, given) {
                try RunSetup.prepare(
                    recipe,
                    from: position.stage,
                    parts: parts,
                    models: Self.models(
                        description,
                        url,
                        checkpoint,
                        stage.model,
                        old?.stageRecipe(position.stage)?.model
                    ),
                    saved: checkpoint,
                    isFitted: { number in
                        old?.stageRecipe(number)?.takesSameValues(as: recipe.allStages[number].recipe)
                            ?? false
                    },
                    output: output,
                    stop: stop
                )
            }
        }
        isChanged = !overrides.isEmpty || setup.recipe != recipe
        self.notices = notices
        try compareLanguage(description?.language)
        if !hasEnded {
            trainedModel = trained?.model
            try compareSamples(description?.samples?[position.stage], given)
        }
        if let trained, !hasEnded {
            guard trained.optimizer.kind == recipe.allStages[position.stage].recipe.optimizer.kind else {
                throw ResumeError.otherOptimizer(
                    run: url.path,
                    old: trained.optimizer.kind.rawValue,
                    new: recipe.allStages[position.stage].recipe.optimizer.kind.rawValue
                )
            }
            // A run that was killed before its first checkpoint afterwards has forgotten already.
            try compareLoss(trained, run: url.path, fresh: fresh || description?.forgotten == step)
        }
        if fresh, !forgets, current.recipe.sampleStateWidth == 0 {
            self.notices.append(
                "warning: --fresh-state has no effect: this objective keeps no per-sample state"
            )
        }
    }
}

extension Recipe {
    /// The recipe of a stage, where there is one of that number.
    fileprivate func stageRecipe(_ number: Int) -> Recipe? {
        allStages.indices.contains(number) ? allStages[number].recipe : nil
    }

    /// Whether what the preset gives was taken for the data before.
    fileprivate func takesSameValues(as other: Recipe) -> Bool {
        objective.preset == other.objective.preset && temperature.rho == other.temperature.rho
    }
}
