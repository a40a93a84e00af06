import CLIPModels
import Torch

extension CostPlan.Stage {
    /// What follows from an estimate and a length.
    init(
        _ stage: Recipe.Stage,
        _ estimate: StageEstimate,
        microBatch: Int?,
        length: (steps: Int?, samples: Int?)
    ) {
        let recipe = estimate.recipe
        let work = estimate.work(microBatch: microBatch)
        let texts = estimate.samples
        let hasTokens = estimate.configuration.text.kind.contextLength != nil
        self.init(
            name: stage.name,
            trainedParameters: estimate.inventory.trained,
            frozenParameters: estimate.inventory.frozen,
            imageSize: estimate.configuration.vision.imageSize,
            imageTokens: estimate.imageWork?.tokens.maximum,
            unmaskedImageTokens: estimate.configuration.vision.workload(keeping: .none)?.tokens.maximum,
            textTokens: hasTokens ? estimate.textWork?.tokens.mean ?? texts.tokens.mean : nil,
            longestText: hasTokens ? estimate.textWork?.tokens.maximum ?? texts.tokens.maximum : nil,
            textLengthsFrom: texts.origin,
            imageGigamacs: work.image / 1e9,
            textGigamacs: work.text / 1e9,
            forwardGigaflops: 2 * (work.image + work.text) / 1e9,
            stepGigaflops: 2 * work.step / 1e9,
            relativeCompute: work.step / estimate.fullWork(microBatch: microBatch).step,
            batch: recipe.batch,
            microBatch: min(microBatch ?? estimate.localBatch, estimate.localBatch),
            precision: recipe.precision.type(on: estimate.device) == .float32 ? "float32" : "bfloat16",
            steps: length.steps,
            samples: length.samples,
            flops: length.samples.map { 2 * work.step * Double($0) },
            memory: estimate.knowsMemory ? estimate.memory(microBatch: microBatch) : nil,
            // Weights, their average and the moments.
            checkpointBytes: estimate.inventory.weightBytes + estimate.inventory.averageBytes
                + estimate.inventory.momentBytes,
            keptCheckpoints: recipe.checkpoint.keep,
            network: estimate.traffic
        )
    }
}
