import CLIPData
import CLIPEvaluation
public import CLIPModels
import CLIPObjectives
import CLIPText
public import Foundation
public import RemoteFiles
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
    /// How files become pixels where it is to be another way than the run's.
    public var pixels = PixelReading.Changes()

    /// The losses that the run's recipe may name.
    public var objectives: ObjectiveKinds

    /// Describes a measurement.
    public init(run: URL, anchors: Int = 1024, draws: Int = 20, objectives: ObjectiveKinds = .standard) {
        self.objectives = objectives
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
    ///   - stop: Ends the measurement.
    public func evaluate(
        allCheckpoints: Bool = true,
        progress: (String) -> Void = { _ in },
        onRetry: @escaping @Sendable (String) -> Void = { _ in },
        stop: StopSignal? = nil
    ) throws -> [NormalizerReport] {
        try RunFormat.check(run)
        let store = CheckpointStore(run: run)
        let all = try store.checkpoints()
        guard let newest = all.last else { throw TrainingError.nothingToEvaluate(run.path) }
        let recipe = try Recipe(
            contentsOf: run.appending(path: RunDirectory.Name.recipe).path,
            objectives: objectives
        )
        var setups = Setups(
            recipe: recipe,
            run: run,
            anchors: anchors,
            draws: draws,
            pixels: pixels,
            stop: stop,
            onRetry: onRetry
        )
        return try (allCheckpoints ? all : [newest]).compactMap { checkpoint in
            try checkpoint.verify(checksums: false)
            let stage = try checkpoint.position().stage
            guard let setup = try setups.setup(of: stage, at: checkpoint) else {
                progress("step \(checkpoint.step): its loss has no normalizers")
                return nil
            }
            progress("step \(checkpoint.step)")
            return try setup.evaluate(checkpoint)
        }
    }

    /// What the checkpoints of one stage share.
    private struct Setup {
        let evaluation: NormalizerEvaluation
        let pace: TrainingPace
        let states: SampleStateDirectory

        var recipe: Recipe { evaluation.recipe }

        func evaluate(_ checkpoint: Checkpoint) throws -> NormalizerReport {
            let model = try CLIPModel.load(
                from: checkpoint.url.appending(path: CheckpointLayout.model).path
            )
            model.computeType = recipe.precision.type(on: model.device)
            let width = recipe.sampleStateWidth
            // What the run knew of each sample at the checkpoint.
            let known: any SampleStates =
                try width > 0
                ? SampleStateView(states, width: width, step: checkpoint.step)
                : MemorySampleStates(count: 0, width: 0)
            let family = recipe.lossFamily
            var evaluation = evaluation
            evaluation.reducer = try recipe.evaluationReducer(evaluation.tokenizer, for: model.textKind)
            var objective = try family.objective(recipe, pace: pace, states: known)
            let learned = checkpoint.url.appending(path: CheckpointLayout.objective)
            if FileManager.default.fileExists(atPath: learned.path) {
                try objective.restore(CheckpointTensors.read(learned).tensors())
            }
            return try evaluation.run(model, objective, step: checkpoint.step)
        }
    }

    /// The stages' set-ups, each opened when it is first asked for.
    private struct Setups {
        let recipe: Recipe
        let run: URL
        let anchors, draws: Int
        let pixels: PixelReading.Changes
        let stop: StopSignal?
        let onRetry: @Sendable (String) -> Void
        var opened: [Int: Setup] = [:]

        /// nil for a stage whose loss has no normalizers, unless it is the only one.
        mutating func setup(of stage: Int, at checkpoint: Checkpoint) throws -> Setup? {
            if let setup = opened[stage] { return setup }
            let stages = recipe.allStages
            guard stages.indices.contains(stage) else {
                throw TrainingError.missingStage(stage, count: stages.count)
            }
            let recipe = stages[stage].recipe
            guard recipe.lossFamily.hasNormalizers || stages.count == 1 else { return nil }
            let data = try ShardDataset.open(
                recipe.data.train.patterns,
                options: IndexOptions(remote: recipe.data.remoteData(stop: stop, onRetry: onRetry))
            )
            let model = try CheckpointDirectory(checkpoint.url.appending(path: CheckpointLayout.model).path)
            let setup = Setup(
                evaluation: NormalizerEvaluation(
                    recipe: recipe,
                    data: data,
                    tokenizer: try model.tokenizer(),
                    stop: stop,
                    anchors: anchors,
                    draws: draws,
                    pixels: pixels
                ),
                pace: try TrainingPace(recipe, samplesPerEpoch: data.count),
                states: SampleStateFiles(self.recipe, run: run).directory(of: stage)
            )
            opened[stage] = setup
            return setup
        }
    }
}
