public import CLIPModels
import Foundation
import Yams

extension Recipe {
    /// The recipe of the stage that wrote a checkpoint; nil for a model that is not in a run's checkpoint.
    ///
    /// - Throws: `RecipeError`, also for a recipe with a loss of a program; `RunDirectoryError`.
    public static func ofCheckpoint(_ directory: CheckpointDirectory) throws -> Recipe? {
        let step = URL(fileURLWithPath: directory.path).deletingLastPathComponent()
        let file = step.appending(path: CheckpointLayout.recipe).path
        guard directory.manifest != nil, FileManager.default.fileExists(atPath: file) else { return nil }
        let stages = try Recipe(ofRun: file).allStages
        let stage = try Checkpoint(url: step, step: 0).position().stage
        guard stages.indices.contains(stage) else {
            throw TrainingError.missingStage(stage, count: stages.count)
        }
        return stages[stage].recipe
    }
    /// Whether the recipe of a run's checkpoint asks for texts to be reduced in evaluations, in any stage; for a recipe that
    /// ``ofCheckpoint(_:)`` refuses. True where it is no YAML.
    public static func asksForReducedEvaluations(_ directory: CheckpointDirectory) -> Bool {
        let step = URL(fileURLWithPath: directory.path).deletingLastPathComponent()
        guard let data = try? Data(contentsOf: step.appending(path: CheckpointLayout.recipe)),
            let root = try? Yams.compose(yaml: String(decoding: data, as: UTF8.self))
        else { return true }
        let stages = root.value(at: "stages")?.sequence.map(Array.init) ?? []
        return ([root] + stages).contains { $0.value(at: "tokens.text.inEvaluation")?.bool == true }
    }
}
