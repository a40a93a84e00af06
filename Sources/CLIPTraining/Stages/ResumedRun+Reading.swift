import CLIPModels
import Foundation

extension ResumedRun {
    /// The newest good checkpoint; damaged ones after it are said.
    static func newestCheckpoint(of run: URL, output: FileHandle) throws -> Checkpoint {
        var damages: [RunDirectoryError] = []
        let found = try CheckpointStore(run: run).newestValid { damages.append($0) }
        for damage in damages {
            let sequel = found.map { " The run continues from step \($0.step)." } ?? ""
            try? output.write(contentsOf: Data("warning: \(damage)\(sequel)\n".utf8))
        }
        guard let found else { throw TrainingError.nothingToResume(run.path) }
        return found
    }

    /// The architectures of the run; where it is older than copies of them and the present one's file is gone, that of the
    /// checkpoint.
    static func models(
        _ description: RunDescription?,
        _ run: URL,
        _ checkpoint: Checkpoint,
        _ model: Recipe.Model,
        _ trained: Recipe.Model?
    ) throws -> RunModels {
        var models = try RunModels(of: description, in: run)
        guard !model.isLanguage, models.configurations[model.config] == nil, model.config == trained?.config,
            (try? ModelCatalog.configuration(model.config)) == nil
        else { return models }
        var saved = try CheckpointDirectory(checkpoint.url.appending(path: CheckpointLayout.model).path)
            .configuration
        // They are added again as the loss wants them.
        saved.initialLogitBias = nil
        saved.objectiveParameters = [:]
        models.add(saved, for: model.config)
        return models
    }

    /// Says where relative paths of an old run count from, should one lead nowhere.
    static func hinting<R>(
        at written: Recipe?,
        _ located: Recipe?,
        _ output: FileHandle,
        _ body: () throws -> R
    ) throws -> R {
        do {
            return try body()
        } catch {
            if written != located {
                let folder = FileManager.default.currentDirectoryPath
                let hint =
                    "the run's recipe has relative paths, which count from \(folder) now; resume it from the folder in which it "
                    + "was started, or name the files with --set"
                try? output.write(contentsOf: Data("\(hint)\n".utf8))
            }
            throw error
        }
    }

    /// Says which warm-up the run has had, where its steps are too many or too long for a batch that is given now.
    static func advising<R>(
        _ run: URL,
        _ objectives: ObjectiveKinds,
        _ given: GivenKeys,
        _ body: () throws -> R
    ) throws -> R {
        do {
            return try body()
        } catch let error as RecipeError {
            guard let newest = try? CheckpointStore(run: run).checkpoints().last,
                let position = try? newest.position(),
                let stages = try? FinishedStages(at: position, in: newest, objectives: objectives).old,
                stages.indices.contains(position.stage),
                given.contains("batch", stage: position.stage),
                !given.contains("schedule.warmup", stage: position.stage)
            else { throw error }
            let trained = stages[position.stage].recipe
            guard case .steps(let steps) = trained.schedule.warmup else { throw error }
            let plain = "schedule.warmup", staged = "stages.\(position.stage).\(plain)"
            let key = stages[position.stage].name.isEmpty ? plain : staged
            let pairs = Int(StageClock(batch: trained.batch, at: position).samples(at: steps))
            let advice =
                " The run's warm-up of \(steps) steps is \(pairs) pairs long, whatever the batch is now: --set '\(key)=\(pairs) samples'"
            throw RecipeError(
                error.problems.map { problem in
                    guard case .conflict(let reason) = problem.kind, [plain, staged].contains(problem.path)
                    else {
                        return problem
                    }
                    let kind = RecipeProblem.Kind.conflict(reason: reason + advice)
                    return RecipeProblem(kind, path: problem.path, location: problem.location)
                }
            )
        }
    }
}
