import CLIPData
import CLIPModels
import CLIPObjectives
import CLIPText
import Foundation
import RemoteFiles
import Torch
import TorchNN

/// What checkpoints of a run need to be measured, each opened when it is first asked for: a run may have been resumed with
/// another loss or other data in between.
struct CheckpointSetups {
    /// The run's recipe as it is now.
    let present: Recipe
    private let measurement: RunNormalizers
    private let stop: StopSignal?
    private let onRetry: @Sendable (String) -> Void
    private var opened: [CheckpointSetup] = []
    /// Counts captions that a tagger cannot read, over all checkpoints.
    let tally = TextReductionTally()

    init(
        _ measurement: RunNormalizers,
        present: Recipe,
        stop: StopSignal?,
        onRetry: @escaping @Sendable (String) -> Void
    ) {
        self.measurement = measurement
        self.present = present
        self.stop = stop
        self.onRetry = onRetry
    }

    /// The set-up for checkpoints of a stage; nil where the stage's loss has no normalizers.
    ///
    /// - Parameters:
    ///   - run: The recipe that such a checkpoint was saved with.
    ///   - checkpoint: One of them, whose model says how texts become tokens.
    ///   - report: Told where the data has moved since.
    mutating func setup(
        of stage: Int,
        in run: Recipe,
        at checkpoint: Checkpoint,
        report: (String) -> Void
    ) throws -> CheckpointSetup? {
        let stages = run.allStages
        guard stages.indices.contains(stage) else {
            throw TrainingError.missingStage(stage, count: stages.count)
        }
        let recipe = stages[stage].recipe
        let states = SampleStateFiles(run, run: measurement.run).directory(of: stage)
        if let known = opened.first(where: { $0.recipe == recipe && $0.states.url == states.url }) {
            return known
        }
        guard recipe.lossFamily.hasNormalizers else { return nil }
        let data = try data(of: recipe, in: stage, report: report)
        let model = try CheckpointDirectory(checkpoint.url.appending(path: CheckpointLayout.model).path)
        let tokenizer = try model.tokenizer()
        let kind = model.configuration.text.kind
        var evaluation = NormalizerEvaluation(
            recipe: recipe,
            data: data,
            tokenizer: tokenizer,
            reducer: try recipe.evaluationReducer(tokenizer, for: kind, tally: tally),
            stop: stop,
            anchors: measurement.anchors,
            draws: measurement.draws,
            pixels: measurement.pixels
        )
        if case .embeddings = kind, let features = try RunParts().features(of: recipe, for: kind) {
            let policy = try recipe.captionPolicy(stop: stop)
            evaluation.vectors = try .init(oneOf: policy, features.embeddings(of: policy, in: data))
        }
        let setup = CheckpointSetup(
            evaluation: evaluation,
            data: data,
            pace: try TrainingPace(recipe, samplesPerEpoch: data.count),
            states: states
        )
        opened.append(setup)
        return setup
    }

    /// The data that a recipe names; where that is gone and the run names it otherwise by now, what the run names.
    private func data(of recipe: Recipe, in stage: Int, report: (String) -> Void) throws -> ShardDataset {
        do {
            return try open(recipe)
        } catch {
            let stages = present.allStages
            guard stages.indices.contains(stage), stop?.isStopped != true,
                stages[stage].recipe.data.train != recipe.data.train,
                let moved = try? open(stages[stage].recipe)
            else { throw error }
            report(
                "the data of an earlier checkpoint is gone (\(error)); the data that the run names now stands in its place"
            )
            return moved
        }
    }

    private func open(_ recipe: Recipe) throws -> ShardDataset {
        try ShardDataset.open(
            recipe.data.train.patterns,
            options: IndexOptions(remote: recipe.data.remoteData(stop: stop, onRetry: onRetry))
        )
    }
}

/// What the checkpoints of one stage with one recipe share.
struct CheckpointSetup {
    let evaluation: NormalizerEvaluation
    let data: ShardDataset
    let pace: TrainingPace
    let states: SampleStateDirectory

    var recipe: Recipe { evaluation.recipe }

    /// Measures at a checkpoint.
    ///
    /// - Throws: Errors of the data and the checkpoint; `SampleStateError`.
    func evaluate(_ checkpoint: Checkpoint) throws -> NormalizerReport {
        let model = try CLIPModel.load(
            from: checkpoint.url.appending(path: CheckpointLayout.model).path
        )
        model.computeType = recipe.precision.type(on: model.device)
        let width = recipe.sampleStateWidth
        // What the run knew of each sample at the checkpoint.
        let known: any SampleStates =
            try width > 0
            ? SampleStateView(states, width: width, step: checkpoint.step, numbering: data)
            : MemorySampleStates(count: 0, width: 0)
        let family = recipe.lossFamily
        var objective = try family.objective(recipe, pace: pace, states: known)
        let learned = checkpoint.url.appending(path: CheckpointLayout.objective)
        if FileManager.default.fileExists(atPath: learned.path) {
            try objective.restore(CheckpointTensors.read(learned).tensors())
        }
        return try evaluation.run(model, objective, step: checkpoint.step)
    }
}
