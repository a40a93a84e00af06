import CLIPData
import CLIPModels
import CLIPText
import Foundation
import Torch
import TorchNN

/// The parts of a run that exist before its directory does, so that a bad recipe leaves nothing behind.
struct TrainingSetup {
    let recipe: Recipe
    let model: CLIPModel
    let data: ShardDataset
    let loader: DataLoader
    let pace: TrainingPace
    /// Where the run goes on.
    let position: TrainingPosition
    let evaluations: [ScheduledEvaluation]

    init(_ recipe: Recipe, checkpoint: Checkpoint? = nil, output: FileHandle) throws {
        self.recipe = recipe
        let position = try checkpoint?.position() ?? TrainingPosition()
        self.position = position
        for warning in recipe.warnings {
            try? output.write(contentsOf: Data("warning: \(warning)\n".utf8))
        }
        let device = try recipe.resolvedDevice()
        let cores = ProcessInfo.processInfo.activeProcessorCount
        try Runtime.setThreadCount(recipe.threads.count(automatic: cores))
        try Runtime.setDeterministic(recipe.deterministic)

        var configuration = try ModelCatalog.configuration(recipe.model.config)
        if recipe.objective.kind == .sigmoid { configuration.initialLogitBias = recipe.objective.initialBias }
        let tokenizer = try CLIPTokenizer.bundled()
        let captions = try recipe.captionPolicy(output: output)
        let remote = recipe.data.remoteData { message in
            try? output.write(contentsOf: Data("\(message)\n".utf8))
        }
        let data = try ShardDataset.open(
            recipe.data.train.patterns,
            options: IndexOptions(threads: cores, remote: remote)
        ) { progress in
            guard progress.shards == progress.totalShards else { return }
            let text =
                "indexed \(progress.samples) samples in \(progress.shards) shard\(progress.shards == 1 ? "" : "s")\n"
            try? output.write(contentsOf: Data(text.utf8))
        }
        self.data = data
        guard data.count >= recipe.batch else {
            throw TrainingError.tooFewSamples(found: data.count, batch: recipe.batch)
        }
        try recipe.reportCaptions(captions, of: data, threads: recipe.workerCount(on: device), to: output)
        let pace = try TrainingPace(recipe, samplesPerEpoch: data.count)
        self.pace = pace
        try recipe.validateObjective(pace: pace)
        evaluations = try recipe.evaluate.map {
            try ScheduledEvaluation(
                $0,
                recipe: recipe,
                data: data,
                tokenizer: tokenizer,
                remote: remote,
                pace: pace,
                from: position
            )
        }

        guard let contextLength = configuration.text.kind.contextLength else {
            throw ModelConfigurationError.value(
                key: "swift_clip.text.kind",
                found: "'embeddings'",
                expected: "a text tower, as this recipe's data are texts"
            )
        }
        loader = try DataLoader(
            source: data,
            settings: LoaderSettings(
                batchSize: recipe.batch,
                captions: captions,
                threads: recipe.workerCount(on: device),
                seed: recipe.seed,
                order: recipe.loaderOrder(of: data),
                mixture: recipe.data.train.mixture(of: data),
                imageFields: recipe.data.imageFields,
                maximumBadSampleRate: recipe.data.maximumBadSampleRate
            ),
            images: TrainingImages(
                recipe.trainTransform(size: configuration.vision.imageSize),
                decoder: recipe.trainingDecoder
            ),
            tokenize: { tokenizer.tokens($0, contextLength: contextLength) }
        )
        model = try Self.model(recipe, configuration, checkpoint: checkpoint, on: device)
    }

    private static func model(
        _ recipe: Recipe,
        _ configuration: ModelConfiguration,
        checkpoint: Checkpoint?,
        on device: Device
    ) throws -> CLIPModel {
        let weights =
            checkpoint?.url.appendingPathComponent(CheckpointLayout.model).path ?? recipe.model.initialize
        var preprocessing = recipe.preprocessing
        let source: ParameterStore.Source
        if let weights {
            let saved = try CheckpointDirectory(weights)
            var tensors = try saved.tensors()
            // Weights that were trained with another loss have no bias.
            if let bias = configuration.initialLogitBias, tensors["logit_bias"] == nil {
                tensors["logit_bias"] = try Tensor(Float(bias))
            }
            let differences = configuration.towerDifferences(from: saved.configuration)
            guard differences.isEmpty else {
                throw TrainingError.otherModel(
                    config: recipe.model.config,
                    checkpoint: saved.path,
                    differences: differences
                )
            }
            guard saved.preprocessing.normalizes(like: preprocessing) else {
                throw TrainingError.otherNormalization(
                    checkpoint: weights,
                    mean: saved.preprocessing.mean,
                    deviation: saved.preprocessing.deviation
                )
            }
            preprocessing.resizeMode = saved.preprocessing.resizeMode
            source = .tensors(tensors)
        } else {
            source = .initialize(seed: recipe.seed)
        }
        let model = try CLIPModel(
            configuration,
            preprocessing: preprocessing,
            parameters: ParameterStore(source, on: device, type: recipe.storage.weightType)
        )
        model.computeType = recipe.precision.type(on: device)
        if weights == nil {
            try withoutGradient {
                try model.logitScale.fill(
                    ModelConfiguration.logitScale(temperature: recipe.temperature.initial)
                )
            }
        }
        // Names that the recipe gets wrong are found before the run's directory is made.
        _ = try recipe.rateFactors(for: model.parameters.trainable)
        if recipe.temperature.rule != .global { try model.logitScale.setRequiresGradient(false) }
        if recipe.temperature.rule == .constant { try model.logitBias?.setRequiresGradient(false) }
        return model
    }
}

extension Preprocessing {
    /// Whether pixels are shifted and scaled by the same numbers.
    func normalizes(like other: Preprocessing) -> Bool {
        zip(mean + deviation, other.mean + other.deviation).allSatisfy { abs($0 - $1) < 1e-6 }
    }
}
