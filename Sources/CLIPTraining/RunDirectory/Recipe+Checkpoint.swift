public import CLIPModels
import Foundation

extension Recipe {
    /// The recipe of the stage that wrote a checkpoint; nil for a model that is not in a run's checkpoint.
    ///
    /// - Throws: `RecipeError`, also for a recipe with a loss of a program; `RunDirectoryError`.
    public static func ofCheckpoint(_ directory: CheckpointDirectory) throws -> Recipe? {
        let step = URL(fileURLWithPath: directory.path).deletingLastPathComponent()
        let file = step.appending(path: CheckpointLayout.recipe).path
        guard directory.manifest != nil, FileManager.default.fileExists(atPath: file) else { return nil }
        let stages = try Recipe(contentsOf: file).allStages
        let stage = try Checkpoint(url: step, step: 0).position().stage
        guard stages.indices.contains(stage) else {
            throw TrainingError.missingStage(stage, count: stages.count)
        }
        return stages[stage].recipe
    }
}
