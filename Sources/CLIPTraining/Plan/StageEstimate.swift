import CLIPModels
import Torch

/// What a stage of a recipe takes, by formulas.
struct StageEstimate {
    let recipe: Recipe
    /// The model in the stage's sizes, and in the sizes of its own configuration.
    let configuration, whole: ModelConfiguration
    let device: Device
    let samples: SampleStatistics
    let inventory: ParameterInventory
    /// Processes that share the batch.
    var ranks = 1

    /// - Throws: `RecipeError` for names of parameters that there are not; ``CLIPModels/ModelConfigurationError``.
    init(
        _ recipe: Recipe,
        _ configuration: ModelConfiguration,
        whole: ModelConfiguration,
        on device: Device,
        samples: SampleStatistics
    ) throws {
        self.recipe = recipe
        self.configuration = configuration
        self.whole = whole
        self.device = device
        self.samples = samples
        inventory = try ParameterInventory(configuration, recipe)
    }

    /// Pairs of a batch in one process.
    var localBatch: Int { recipe.batch / ranks }
    /// Captions of each image.
    var captionsPerImage: Int { recipe.data.captions.perImage }

    /// What the towers compute; nil for kinds that do not say.
    var imageWork: TowerWorkload? { configuration.vision.workload(keeping: recipe.tokens.image.patchMask) }
    var textWork: TowerWorkload? { configuration.text.workload(of: samples.tokens) }

    /// Whether the memory of both towers is known.
    var knowsMemory: Bool {
        let isProjection = if case .embeddings = configuration.text.kind { true } else { false }
        return imageWork != nil && (isProjection || textWork != nil)
    }

    /// Multiply-adds of a pair.
    struct Work: Equatable {
        /// Forward, of the image and of all its captions.
        var image, text: Double
        /// Of a training step, for both.
        var step: Double
    }

    /// Multiply-adds of a pair with as many pairs at a time.
    func work(microBatch: Int?) -> Work {
        work(configuration, imageWork, textWork, isInParts: (microBatch ?? localBatch) < localBatch)
    }

    /// The same of whole images and texts in the sizes of the model's own configuration.
    func fullWork(microBatch: Int?) -> Work {
        work(
            whole,
            whole.vision.workload(keeping: .none),
            whole.text.workload(of: samples.wholeTokens),
            isInParts: (microBatch ?? localBatch) < localBatch
        )
    }

    private func work(
        _ configuration: ModelConfiguration,
        _ image: TowerWorkload?,
        _ text: TowerWorkload?,
        isInParts: Bool
    ) -> Work {
        func tower(_ work: TowerWorkload?, ofImages: Bool, _ summary: ModelSummary.Tower) -> (Double, Double)
        {
            // Of other kinds the operations are known, and nothing of how they repeat.
            guard let work else { return (summary.gigaflops * 5e8, summary.gigaflops * 15e8) }
            let training = inventory.training(ofImages: ofImages, work, recipe, isInParts: isInParts)
            return (work.multiplyAdds, work.multiplyAdds(of: training))
        }
        let width = configuration.embeddingWidth
        let (image, imageStep) = tower(
            image,
            ofImages: true,
            configuration.vision.summary(embeddingWidth: width)
        )
        let (text, textStep) = tower(text, ofImages: false, configuration.text.summary(embeddingWidth: width))
        let texts = Double(captionsPerImage)
        return Work(image: image, text: text * texts, step: imageStep + textStep * texts)
    }
}
