import CLIPModels
import Testing
import Torch

@testable import CLIPTraining

/// Estimates of a stage: compute, memory, traffic.
@Suite struct StageEstimateTests {
    static func estimate(
        _ lines: String...,
        config: String = "ViT-B-16",
        overrides: [String] = [],
        tokens: Int = 16
    ) throws -> StageEstimate {
        let text = (["model: {config: \(config)}", "data: {train: none}", "length: 10 steps"] + lines)
            .joined(separator: "\n")
        let recipe = try Recipe(yaml: text, name: "recipe", overrides: overrides)
        let whole = try ModelCatalog.configuration(config)
        var configuration = try whole.resized(
            imageSize: recipe.model.imageSize,
            contextLength: recipe.model.contextLength
        )
        configuration.add(recipe.lossFamily.addedParameters(in: recipe))
        return try StageEstimate(
            recipe,
            configuration,
            whole: whole,
            on: .cpu,
            samples: SampleStatistics(limit: tokens, whole: 77)
        )
    }

    /// Shares that follow from the published table: ViT-B-16 with 112 pixels and 16 tokens, ViT-L-16 with 64 and 16, and
    /// with 96 and 8.
    @Test(arguments: [("ViT-B-16", 112, 16, 0.240), ("ViT-L-16", 64, 16, 0.096), ("ViT-L-16", 96, 8, 0.175)])
    func fewTokensCostAShareOfAll(_ config: String, size: Int, tokens: Int, share: Double) throws {
        let estimate = try Self.estimate(
            "batch: 64",
            config: config,
            overrides: ["model.imageSize=\(size)"],
            tokens: tokens
        )
        let (own, full) = (estimate.work(microBatch: nil), estimate.fullWork(microBatch: nil))
        #expect(abs((own.image + own.text) / (full.image + full.text) - share) < 0.0006)
        #expect(abs(own.step / full.step - share) < 0.003)
    }

    @Test func partsAddAForwardPass() throws {
        let estimate = try Self.estimate("batch: 64")
        let (whole, parts) = (estimate.work(microBatch: nil), estimate.work(microBatch: 16))
        #expect(abs(parts.step - whole.step - whole.image - whole.text) < 1e3)
        #expect(estimate.work(microBatch: 64) == whole)
    }

    @Test func aFrozenTowerIsPassedOnce() throws {
        let estimate = try Self.estimate("batch: 64", "train: {freeze: ['visual\\..*']}")
        let work = estimate.work(microBatch: 16)
        #expect(abs(work.step - work.image - 4 * work.text) < 1e3)
        #expect(estimate.inventory.frozen == 86_192_640)
        #expect(estimate.inventory.gradientBytes(ofImages: true) == 0)
        let whole = try Self.estimate("batch: 64")
        #expect(estimate.memory(microBatch: nil).activations < whole.memory(microBatch: nil).activations / 8)
    }

    /// Blocks 0 to 9 of the image tower, and what stands before them, are frozen.
    @Test func aTowerThatIsFrozenInPartIsRecordedFromThere() throws {
        let estimate = try Self.estimate(
            "batch: 64",
            "train: {freeze: ['visual\\.(conv1|ln_pre|class_embedding|positional_embedding).*', "
                + "'visual\\.transformer\\.resblocks\\.[0-9]\\..*']}"
        )
        let work = try #require(estimate.imageWork)
        let training = estimate.inventory.training(
            ofImages: true,
            work,
            estimate.recipe,
            isInParts: false
        )
        #expect(training.recordedLayers == 2)
        #expect(training.trainedLayers == 2)
        #expect(!training.trainsPatches)
    }

    @Test func weightsAndMomentsAreCountedAsTheyAreKept() throws {
        let parameters = 149_620_737
        let plain = try Self.estimate("batch: 64").inventory
        #expect(plain.trained == parameters)
        #expect(plain.weightBytes == 4 * parameters)
        #expect(plain.momentBytes == 8 * parameters)
        #expect(plain.averageBytes == 0)
        let lion = try Self.estimate("batch: 64", "optimizer: {kind: lion}", "ema: {decay: 0.99}").inventory
        #expect(lion.momentBytes == 4 * parameters)
        #expect(lion.averageBytes == 4 * parameters)
        let narrow = try Self.estimate("batch: 64", "storage: {weights: bfloat16, moments: bfloat16}")
            .inventory
        #expect(narrow.weightBytes > 2 * parameters)
        #expect(narrow.weightBytes < 2 * parameters + 1_000_000)
        #expect(narrow.momentBytes == 2 * narrow.weightBytes)
    }

    /// The peak of an empty step is what stays; activations come on top of it, less the gradients that come while they go.
    @Test func memoryGrowsWithThePairsAtATime() throws {
        let estimate = try Self.estimate("batch: 256")
        let peaks = [1, 8, 64, 256].map { estimate.memory(microBatch: $0).peak }
        #expect(peaks == peaks.sorted())
        let one = estimate.memory(microBatch: 1)
        #expect(one.peak > one.weights + one.moments + one.gradients + one.process)
        let (small, large) = (estimate.memory(microBatch: 8), estimate.memory(microBatch: 64))
        let perPair = Double(large.peak - small.peak) / 56
        #expect(abs(perPair / (Double(large.activations) / 64) - 1) < 0.02)
    }

    @Test func gradientsTravelByRingsAndFeaturesToAll() throws {
        var estimate = try Self.estimate("batch: 1024")
        #expect(estimate.traffic == nil)
        estimate.ranks = 4
        let traffic = try #require(estimate.traffic)
        #expect(traffic.gradients == 6 * 149_620_737)
        // Image and text, 512 float32 each, and two denominators, of three quarters of the batch.
        #expect(traffic.gathered == 768 * (2 * 512 * 4 + 8))
        #expect(estimate.localBatch == 256)
    }
}
