import CLIPData
import CLIPLanguage
import CLIPModels
import Foundation
import Torch
import TorchNN

/// What a stage trains.
enum StageArchitecture {
    /// A model of images and texts.
    case towers(ModelConfiguration)
    /// A language model, on pairs of texts.
    case language(LanguageStage)
}

/// The language model of a stage, with its files open.
struct LanguageStage {
    let source: any LanguageModelSource
    let tokens: SentenceTokenizer

    /// Opens the files that a recipe names.
    ///
    /// - Throws: `LanguageModelError`, `TokenizerError`; `RecipeError` for a checkpoint of another kind of model.
    init(_ recipe: Recipe, on device: Device) throws {
        let path = recipe.model.language ?? ""
        if CheckpointDirectory.isCheckpoint(path) {
            let reason =
                "'\(path)' is a checkpoint of a model of images and texts; expected a language model (a directory with "
                + "config.json, model.safetensors and tokenizer.json, or a GGUF file). Name it in `model.config` or "
                + "`model.initialize` to train it on images."
            throw RecipeError([RecipeProblem(.conflict(reason: reason), path: "model.language")])
        }
        source = try LanguageModels.open(path, decodedTo: recipe.precision.type(on: device))
        tokens = try SentenceTokenizer(
            source.tokenizer(),
            recipe.model.encoding.encoding,
            for: source.configuration,
            instructions: recipe.data.train.entries.compactMap(\.instruction)
                + [recipe.captionPairs?.instruction].compactMap(\.self),
            path: path
        )
    }

    /// What the adapter is trained on: the bytes of the weights, and the tokenizer.
    func fingerprint() throws -> String { try source.fingerprint(tokens.tokenizer) }
}

extension StageSetup {
    /// The language model that the stage trains, if any.
    var languageStage: LanguageStage? {
        guard case .language(let language) = architecture else { return nil }
        return language
    }

    /// The model of a stage that trains a language model.
    ///
    /// - Parameter state: The state whose adapter it takes over; nil for the one that the recipe names, or a fresh one.
    func languageModel(_ language: LanguageStage, from state: TrainingState?) throws -> CaptionPairModel {
        let weights =
            try state?.weights
            ?? recipe.model.initialize.map {
                try initialAdapter($0, for: language.source).tensors
            }
        let store = ParameterStore(
            weights.map { .tensors($0) } ?? .initialize(seed: recipe.seed),
            on: device,
            type: recipe.storage.weightType
        )
        let model: CaptionPairModel
        do {
            model = try CaptionPairModel(
                language.source,
                tokens: language.tokens,
                options: recipe.model.adapter.options,
                parameters: store,
                seed: CounterRandom(
                    seed: recipe.seed,
                    stage: UInt64(number),
                    purpose: .dropout
                ).first
            )
            let unused = (weights ?? [:]).keys.filter { store[$0] == nil }.sorted()
            guard unused.isEmpty else { throw ParameterError.unused(unused) }
        } catch let error as ParameterError {
            let place = state == nil ? recipe.model.initialize ?? "" : "the checkpoint"
            throw TrainingError.otherAdapter(
                language: language.source.path,
                adapter: place,
                reason: "\(error)"
            )
        }
        model.computeType = recipe.precision.type(on: device)
        try recipe.freeze(model)
        return model
    }

    /// The adapter that the recipe starts from, whose matrices mean the same only under the scale that they were trained with.
    private func initialAdapter(_ path: String, for source: any LanguageModelSource) throws -> LowRankAdapter
    {
        let directory = AdapterCheckpoint.directory(path)
        try AdapterCheckpoint.verify(directory)
        let adapter = try LowRankAdapter(directory: directory, for: source.configuration)
        let (found, expected) = (adapter.options, recipe.model.adapter.options)
        // Another rank is told by the shapes.
        guard found.rank == expected.rank, abs(found.scale - expected.scale) > 1e-6 * abs(found.scale) else {
            return adapter
        }
        let alpha = found.scale * Double(expected.rank)
        throw RecipeError([
            RecipeProblem(
                .conflict(
                    reason:
                        "the adapter in '\(path)' multiplies its change by \(found.scale) and this recipe by \(expected.scale) "
                        + "(alpha / rank); set `model.adapter.alpha: \(alpha)` to go on from it."
                ),
                path: "model.adapter.alpha"
            )
        ])
    }
}

extension CounterRandom {
    /// The first number of the stream.
    fileprivate var first: UInt64 {
        var stream = self
        return stream.next()
    }
}
