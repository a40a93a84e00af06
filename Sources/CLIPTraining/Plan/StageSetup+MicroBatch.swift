import CLIPData
import CLIPModels
import Foundation
import Torch
import TorchNN

extension StageSetup {
    /// The stage with a number, or the whole batch, in place of `microBatch: auto`, and with what its memory is compared with
    /// where there is a limit.
    ///
    /// Order and draws do not depend on it. On a CUDA device a part is tried out with random pixels, and halved where it
    /// does not fit after all.
    ///
    /// - Parameters:
    ///   - whole: The model in the sizes of its own configuration.
    ///   - output: Told of the choice.
    /// - Throws: `RecipeError` where nothing fits; what reading captions throws.
    func settlingMicroBatch(
        whole: ModelConfiguration,
        output: FileHandle,
        countTokens: (String) -> Int
    ) throws -> StageSetup {
        guard recipe.microBatch == .automatic else {
            return try watchingMemory(whole: whole, countTokens: countTokens)
        }
        let estimate = try estimate(whole: whole, countTokens: countTokens)
        var choice = try MicroBatchChoice(estimate)
        if device != .cpu {
            choice = try choice.confirmed(estimate) { size in
                // What a trial leaves would be missing from the memory that is free for a smaller one, and for the next stage.
                defer { try? device.emptyCache() }
                try tryOut(size, estimate)
            }
        }
        var setup = self
        setup.stage.recipe.microBatch = choice.microBatch.map { .exactly($0) }
        if device == .cpu {
            setup.memoryWatch = MemoryWatch(choice)
        } else if choice.microBatch == nil {
            // It was tried out before the run began, and without parts a limit has nothing more to decide.
            setup.stage.recipe.memoryLimit = nil
        }
        RunSetup.say((stage.name.isEmpty ? "" : "stage \(stage.name): ") + choice.text, to: output)
        return setup
    }

    private func watchingMemory(whole: ModelConfiguration, countTokens: (String) -> Int) throws -> StageSetup
    {
        guard let limit = recipe.memoryLimit, device == .cpu else { return self }
        // A sentence in the end is no reason to refuse a run whose first samples cannot be read.
        let configuration = try configuration
        let estimate =
            try (try? estimate(whole: whole, countTokens: countTokens))
            ?? StageEstimate(
                recipe,
                configuration,
                whole: whole,
                on: device,
                samples: SampleStatistics(recipe, configuration, whole: whole)
            )
        var setup = self
        setup.memoryWatch = MemoryWatch(estimate, limit: limit.bytes)
        return setup
    }

    /// What the stage takes.
    func estimate(whole: ModelConfiguration, countTokens: (String) -> Int) throws -> StageEstimate {
        let configuration = try configuration
        return try StageEstimate(
            recipe,
            configuration,
            whole: whole,
            on: device,
            samples: SampleStatistics(
                loader(stream: number).settings,
                of: data,
                upTo: SampleStatistics(recipe, configuration, whole: whole),
                countTokens: countTokens
            )
        )
    }

    /// A step without its end: features and gradients of random pixels, twice as many where there are parts, beside as much
    /// memory as the optimizer keeps and the loss and the batch take.
    private func tryOut(_ size: Int, _ estimate: StageEstimate) throws {
        let count = min(recipe.batch, size < recipe.batch ? 2 * size : size)
        let configuration = try configuration
        let model = try CLIPModel(
            configuration,
            // Values do not matter, and drawing them takes long.
            parameters: ParameterStore(.unset, on: device, type: recipe.storage.weightType)
        )
        model.computeType = recipe.precision.type(on: device)
        let ballast = try Tensor.zeros(
            [estimate.trialBallast(microBatch: size)],
            dtype: .uint8,
            on: device
        )
        let input = try SyntheticBatch(recipe, configuration, on: device).input(
            count,
            tokens: estimate.trialTokens(microBatch: size)
        )
        let pass = try FeaturePass(
            input,
            through: model,
            keeping: ActivationMemory(
                microBatch: size,
                checkpointsBlocks: recipe.activationCheckpointing == .blocks
            )
        )
        let rows = try Tensor.zeros(pass.image.shape, on: device)
        try pass.backward(image: rows, text: Tensor.zeros(pass.text.shape, on: device))
        try device.synchronize()
        withExtendedLifetime(ballast) {}
    }
}

extension StageEstimate {
    /// Tokens of each text of a trial: so many that its texts together have as many as the formula takes them to have.
    func trialTokens(microBatch size: Int) -> Int {
        let texts = size * captionsPerImage
        return Int((samples.tokens.most(of: texts) / Double(texts)).rounded(.up))
    }

    /// Bytes that a step holds beside what a trial computes.
    func trialBallast(microBatch size: Int) -> Int {
        let memory = memory(microBatch: size)
        return memory.moments + memory.average + memory.objective + memory.batches
    }
}

extension Recipe {
    /// Most tokens of a text in training, given the most that the model takes.
    func textLimit(_ context: Int) -> Int { min(context, tokens.text.budget ?? context) }
}
