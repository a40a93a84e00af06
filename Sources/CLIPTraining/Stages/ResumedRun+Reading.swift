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
        guard models.configurations[model.config] == nil, model.config == trained?.config,
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
}
