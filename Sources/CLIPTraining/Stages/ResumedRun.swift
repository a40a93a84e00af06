import CLIPData
import Foundation
import RemoteFiles

/// A run that is to go on: read and checked, with nothing changed in it yet.
struct ResumedRun {
    /// The run's recipe with what was asked for, and the stages that are left.
    let setup: RunSetup
    let checkpoint: Checkpoint
    /// Where the run goes on; what the loss of the run knew and the present one cannot hold is left out.
    private(set) var state: TrainingState
    /// What is different from now on, in sentences.
    private(set) var notices: [String] = []
    /// Whether something that the loss remembered is forgotten.
    private(set) var forgets = false
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
        let file = url.appending(path: RunDirectory.Name.recipe)
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw RunDirectoryError.notARun(path: url.path, missing: RunDirectory.Name.recipe)
        }
        let description = RunDescription.read(from: url)
        let written = try? Recipe(contentsOf: file.path, objectives: parts.objectives)
        var notices: [String] = []
        let recipe = try Recipe(
            contentsOf: file.path,
            overrides: overrides,
            objectives: parts.objectives
        ) { notices.append($0) }.located()
        let old = written?.located()
        let checkpoint = try Self.newestCheckpoint(of: url, output: output)
        self.checkpoint = checkpoint
        state = try TrainingState(contentsOf: checkpoint)
        let (position, step) = (state.position, checkpoint.step)
        finished = try FinishedStages(at: position, in: checkpoint, objectives: parts.objectives)
        try finished.check(recipe)
        let given = GivenKeys(overrides)
        let stage = recipe.allStages[position.stage].recipe
        let hasEnded = position.endsStage && position.stage + 1 < recipe.allStages.count
        let trained =
            finished.old.indices.contains(position.stage)
            ? finished.old[position.stage].recipe : old?.stageRecipe(position.stage)
        if let trained, !hasEnded {
            let changes = RunChange.between(trained, stage)
            notices += changes.filter { given.contain($0.key, stage: position.stage) }.map {
                $0.notice(step: step)
            }
            let isOurs = try description?.recipe == RunDescription.digest(Data(contentsOf: file))
            let unnamed = changes.filter { !given.contain($0.key, stage: position.stage) }
            if !isOurs, !unnamed.isEmpty {
                throw ResumeError.edited(
                    recipe: file.path,
                    step: step,
                    unnamed.map { change in
                        var change = ResumeError.Change(change)
                        if !recipe.stages.isEmpty, !Recipe.runKeys.contains(change.key) {
                            change.key = "stages.\(position.stage).\(change.key)"
                        }
                        return change
                    }
                )
            }
        }
        setup = try Self.hinting(at: written, old, output) {
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
                    old?.stageRecipe(number)?.takesSameValues(as: recipe.allStages[number].recipe) ?? false
                },
                output: output,
                stop: stop
            )
        }
        isChanged = !overrides.isEmpty || setup.recipe != recipe
        self.notices = notices
        guard !hasEnded else { return }
        try compareSamples(description?.samples?[position.stage], given)
        if let trained {
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
    }

    /// Refuses samples that are not those with which the stage began, unless the data was named.
    private mutating func compareSamples(_ seen: RunDescription.Samples?, _ given: GivenKeys) throws {
        let (stage, data) = (current, current.data)
        guard let seen, RunDescription.Samples(data) != seen else { return }
        let isGrown =
            data.count > seen.count && RunDescription.Samples(first: seen.count, of: data) == seen
        let key = (recipe.stages.isEmpty ? "" : "stages.\(stage.number).") + "data.train"
        guard given.contain("data.train", stage: stage.number) else {
            throw ResumeError.otherSamples(
                key: key,
                source: stage.recipe.data.train.text,
                step: checkpoint.step,
                found: data.count,
                expected: seen.count,
                isGrown: isGrown
            )
        }
        notices.append(
            "\(key) has \(data.count) samples in place of \(seen.count) from step \(checkpoint.step) on"
                + (isGrown ? ", the first of which are the same" : "")
                + ": an epoch has another length, and its order is another"
        )
    }

    /// Leaves out what the loss of the run knew and the present one cannot hold.
    private mutating func compareLoss(_ trained: Recipe, run: String, fresh: Bool) throws {
        let now = current.recipe
        if trained.memory != now.memory {
            guard fresh || trained.memory.isEmpty else {
                throw ResumeError.otherMemory(run: run, old: trained.memory.text, new: now.memory.text)
            }
            forgets = true
            state.objective = [:]
            notices.append(
                trained.memory.isEmpty
                    ? "the loss starts to remember \(now.memory.text)"
                    : "the loss forgets \(trained.memory.text)"
                        + (now.memory.isEmpty ? "" : ", and starts \(now.memory.text) anew")
            )
        }
        let (before, after) = (trained.addedLossParameters, now.addedLossParameters)
        state.forgetMoments(of: before.subtracting(after))
        let values = now.lossFamily.addedParameters(in: now)
        for name in after.subtracting(before).sorted() {
            notices.append(
                "the checkpoint has no '\(name)', which the loss `\(now.objective.kind.name)` needs: it starts from "
                    + "\(values[name] ?? 0)"
            )
        }
    }
}

extension ResumeError.Change {
    init(_ change: RunChange) {
        self.init(key: change.key, old: change.old, new: change.new, meaning: change.meaning)
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
