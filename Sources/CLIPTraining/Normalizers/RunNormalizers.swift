import CLIPData
import CLIPEvaluation
import CLIPModels
import CLIPObjectives
import CLIPText
public import Foundation
import Torch
import TorchNN

/// Measures how far the normalizers of a run lie from the exact ones, at its checkpoints.
public struct RunNormalizers {
    /// The run directory.
    public var run: URL
    /// How many samples serve as anchors, at most; the same at each checkpoint.
    public var anchors: Int
    /// Random batches for each anchor.
    public var draws: Int

    /// Describes a measurement.
    public init(run: URL, anchors: Int = 1024, draws: Int = 20) {
        self.run = run
        self.anchors = anchors
        self.draws = draws
    }

    /// Measures at all checkpoints that the run has kept, or at the newest.
    ///
    /// The run must not be training. Throws errors of the recipe, the data and the checkpoints; where the run keeps
    /// state per sample, `SampleStateError`.
    ///
    /// - Parameters:
    ///   - progress: Told what is being done.
    ///   - onRetry: Told of each request to a server that is made again.
    public func evaluate(
        allCheckpoints: Bool = true,
        progress: (String) -> Void = { _ in },
        onRetry: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> [NormalizerReport] {
        let store = CheckpointStore(run: run)
        let all = try store.checkpoints()
        guard let newest = all.last else { throw TrainingError.nothingToEvaluate(run.path) }
        let recipe = try Recipe(contentsOf: run.appending(path: RunDirectory.Name.recipe).path)
        let data = try ShardDataset.open(
            recipe.data.train.patterns,
            options: IndexOptions(remote: recipe.data.remoteData(onRetry: onRetry))
        )
        let pace = try TrainingPace(recipe, samplesPerEpoch: data.count)
        let evaluation = NormalizerEvaluation(
            recipe: recipe,
            data: data,
            tokenizer: try CLIPTokenizer.bundled(),
            anchors: anchors,
            draws: draws
        )
        return try (allCheckpoints ? all : [newest]).map { checkpoint in
            progress("step \(checkpoint.step)")
            try checkpoint.verify(checksums: false)
            let model = try CLIPModel.load(
                from: checkpoint.url.appending(path: CheckpointLayout.model).path
            )
            model.computeType = recipe.precision.type(on: model.device)
            var objective = try recipe.assembledObjective(
                pace: pace,
                states: states(of: recipe, at: checkpoint)
            )
            let learned = checkpoint.url.appending(path: CheckpointLayout.objective).path
            if FileManager.default.fileExists(atPath: learned) {
                try objective.restore(SafetensorsFile(path: learned).tensors())
            }
            return try evaluation.run(model, objective, step: checkpoint.step)
        }
    }

    /// What the run knew of each sample at a checkpoint; nil where its objective keeps nothing.
    private func states(of recipe: Recipe, at checkpoint: Checkpoint) throws -> SampleStateView? {
        let width = recipe.sampleStateWidth
        guard width > 0 else { return nil }
        return try SampleStateView(SampleStateDirectory(run: run), width: width, step: checkpoint.step)
    }
}
