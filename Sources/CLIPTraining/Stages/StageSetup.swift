import CLIPData
import CLIPModels
import CLIPText
import Foundation
import RemoteFiles
import Torch
import TorchDistributed

/// The parts of a stage that exist before the stage begins, so that what is wrong with a later stage is found before
/// the first one trains.
struct StageSetup {
    /// The stage's number, from 0.
    let number: Int
    var stage: Recipe.Stage
    /// What is trained.
    let architecture: StageArchitecture
    let device: Device
    let data: ShardDataset
    let captions: CaptionPolicy
    let texts: CaptionInput
    /// What decides which tokens of captions stay; nil for the first ones, as many as the model takes.
    let reducer: TextReducer?
    /// Files that checkpoints carry, so that the texts' tokenizer can be made from them again.
    let tokenizerFiles: [String: Data]
    let pace: TrainingPace
    let evaluations: [ScheduledEvaluation]
    /// Raised when the run is to end; nil where nobody asks.
    let stop: StopSignal?
    /// What the memory of a step is compared with; nil where the recipe has no limit, and on devices other than the CPU.
    var memoryWatch: MemoryWatch?

    var recipe: Recipe { stage.recipe }

    /// The model of images and texts.
    ///
    /// - Throws: `RecipeError` where the stage trains a language model.
    var configuration: ModelConfiguration {
        get throws {
            guard case .towers(let configuration) = architecture else {
                let reason =
                    "a language model has no towers; name a model of images and texts in `model.config`."
                throw RecipeError([RecipeProblem(.conflict(reason: reason), path: "model.language")])
            }
            return configuration
        }
    }

    /// What becomes of pictures.
    private func images(_ preprocessing: Preprocessing?) -> any ImageTransforming {
        switch architecture {
        case .towers(let configuration):
            recipe.trainingImages(
                size: configuration.vision.imageSize,
                preprocessing ?? recipe.preprocessing(over: nil)
            )
        case .language: NoImages()
        }
    }

    /// The loader of the stage's batches, which reads one process's rows.
    ///
    /// - Parameters:
    ///   - stream: The stage by whose number order and draws are keyed.
    ///   - preprocessing: How the model takes pictures; nil for a model that starts from random weights.
    func loader(
        stream: Int,
        for collective: any Collective = SingleProcess(),
        _ preprocessing: Preprocessing? = nil
    ) throws -> DataLoader {
        try DataLoader(
            source: data,
            settings: LoaderSettings(
                batchSize: recipe.batch,
                captions: captions,
                pairing: recipe.pairing(of: data),
                threads: recipe.workerCount(on: device),
                seed: recipe.seed,
                stage: stream,
                rank: collective.rank,
                ranks: collective.count,
                order: recipe.loaderOrder(of: data),
                mixture: recipe.data.train.mixture(of: data),
                imageFields: recipe.data.imageFields,
                maximumBadSampleRate: recipe.data.maximumBadSampleRate
            ),
            images: images(preprocessing),
            texts: texts,
            stop: stop
        )
    }
}

extension StageSetup {
    /// Whether two stages draw the same samples in the same shares, though the data may have moved between them.
    func hasSameSamples(as other: StageSetup) -> Bool {
        let (old, new) = (recipe.data.train, other.recipe.data.train)
        return old == new
            || (old.entries.map(\.weight) == new.entries.map(\.weight)
                && RunDescription.Samples(data) == RunDescription.Samples(other.data))
    }
}
