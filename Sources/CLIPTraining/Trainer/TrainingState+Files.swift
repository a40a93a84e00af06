public import CLIPModels
public import Foundation
import Torch
import TorchNN
import TorchOptim

/// The files of a checkpoint.
enum CheckpointLayout {
    static let model = "model"
    static let average = "ema"
    static let optimizer = "optimizer.safetensors"
    static let objective = "objective.safetensors"
    static let recipe = "recipe.yaml"
    static let stepCount = "step_count"

    /// All that a resume may read.
    static let files =
        [Checkpoint.stateName, optimizer, objective, recipe]
        + [model, average].flatMap { directory in
            [
                CheckpointDirectory.configurationName, CheckpointDirectory.weightsName,
                AdapterCheckpoint.configurationName, AdapterCheckpoint.weightsName,
            ].map { "\(directory)/\($0)" }
        }
}

extension TrainingState {
    /// Writes weights, their average, moments and what the objective learned into an empty directory, such as that of
    /// ``CheckpointStore/write(_:contents:)``.
    ///
    /// - Parameter model: Gives the layout of weights.
    /// - Throws: `CheckpointError`, `SafetensorsError`.
    public func write(to directory: URL, as model: any ImageTextModel) throws {
        func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
        try model.save(to: path(CheckpointLayout.model), values: weights)
        if let average { try model.save(to: path(CheckpointLayout.average), values: average) }
        if let optimizer {
            try CheckpointTensors.write(
                optimizer.tensors,
                metadata: [CheckpointLayout.stepCount: String(optimizer.stepCount)],
                to: directory.appendingPathComponent(CheckpointLayout.optimizer)
            )
        }
        if !objective.isEmpty {
            let file = directory.appendingPathComponent(CheckpointLayout.objective)
            try CheckpointTensors.write(objective, to: file)
        }
    }

    /// Reads a checkpoint; tensors are views of its files.
    ///
    /// - Throws: `CheckpointError`, `SafetensorsError`, `RunDirectoryError` for files that are damaged.
    public init(contentsOf checkpoint: Checkpoint) throws {
        func file(_ name: String) -> URL { checkpoint.url.appendingPathComponent(name) }
        func path(_ name: String) -> String { file(name).path }
        func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
        self.init(
            position: try checkpoint.position(),
            weights: try AdapterCheckpoint.weights(at: path(CheckpointLayout.model))
        )
        if exists(CheckpointLayout.average) {
            average = try AdapterCheckpoint.weights(at: path(CheckpointLayout.average))
        }
        let moments = try CheckpointTensors.read(file(CheckpointLayout.optimizer))
        optimizer = OptimizerState(
            stepCount: moments.metadata[CheckpointLayout.stepCount].flatMap(Int.init) ?? checkpoint.step,
            tensors: try moments.tensors()
        )
        if exists(CheckpointLayout.objective) {
            objective = try CheckpointTensors.read(file(CheckpointLayout.objective)).tensors()
        }
    }
}
