import CLIPModels
import Foundation
import TorchNN
import TorchOptim

/// The files of a checkpoint.
enum CheckpointLayout {
    static let model = "model"
    static let average = "ema"
    static let optimizer = "optimizer.safetensors"
    static let objective = "objective.safetensors"
    static let stepCount = "step_count"
}

extension Trainer {
    /// Writes weights, their average, the optimizer's moments and what the objective learned into an empty directory.
    func save(to directory: URL) throws {
        try model.save(to: directory.appendingPathComponent(CheckpointLayout.model).path)
        if let average {
            let target = directory.appendingPathComponent(CheckpointLayout.average)
            try model.save(to: target.path, values: average.averages)
        }
        let state = try optimizer.snapshot()
        try SafetensorsFile.write(
            state.tensors,
            metadata: [CheckpointLayout.stepCount: String(state.stepCount)],
            to: directory.appendingPathComponent(CheckpointLayout.optimizer).path
        )
        let learned = try trainingStep.objectiveState()
        if !learned.isEmpty {
            let target = directory.appendingPathComponent(CheckpointLayout.objective)
            try SafetensorsFile.write(learned, to: target.path)
        }
    }

    /// Takes over the average and the moments of a checkpoint; the weights are the model's already.
    func restore(from checkpoint: Checkpoint) throws {
        let moments = try SafetensorsFile(
            path: checkpoint.url.appendingPathComponent(CheckpointLayout.optimizer).path
        )
        let steps = moments.metadata[CheckpointLayout.stepCount].flatMap(Int.init) ?? checkpoint.step
        try optimizer.restore(OptimizerState(stepCount: steps, tensors: moments.tensors()))
        let objective = checkpoint.url.appendingPathComponent(CheckpointLayout.objective)
        // A run that changes its objective when it resumes starts the new one afresh.
        if FileManager.default.fileExists(atPath: objective.path) {
            try trainingStep.restoreObjective(SafetensorsFile(path: objective.path).tensors())
        }
        if let average {
            let saved = checkpoint.url.appendingPathComponent(CheckpointLayout.average)
            // A run that turns averaging on when it resumes starts the average from its weights.
            if FileManager.default.fileExists(atPath: saved.path) {
                try average.restore(CheckpointDirectory(saved.path).tensors())
            }
        }
    }
}
