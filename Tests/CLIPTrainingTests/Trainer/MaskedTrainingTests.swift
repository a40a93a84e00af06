import CLIPEvaluation
import CLIPModels
import CLIPText
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPData
@testable import CLIPTraining

/// Training on some of the patches, from the recipe.
@Suite struct MaskedTrainingTests {
    private static let random = ["model.imageSize=32", "tokens={image: {mask: random, drop: 0.4}}"]

    private func weights(_ trainer: Trainer) throws -> [Float] {
        defer { trainer.loader.shutdown() }
        for _ in 0..<4 { try trainer.step() }
        return try trainer.model.parameters.trainable.flatMap { entry in
            try withoutGradient { try entry.tensor.scalars(as: Float.self) }
        }
    }

    @Test(arguments: [
        "{mask: random, drop: 0.4}", "{mask: grid}", "{mask: grid, gridOffset: window}",
        "{mask: block, drop: 0.75}",
    ])
    func stepsComputeTheChosenPatches(_ image: String) throws {
        let fixture = try TrainingFixture()
        let settings = ["model.imageSize=32", "optimizer.epsilon=1e-4"]
        let plain = try weights(fixture.trainer(settings))
        let masked = try weights(fixture.trainer(settings + ["tokens={image: \(image)}"]))
        #expect(masked != plain)
        #expect(try weights(fixture.trainer(settings + ["tokens={image: \(image)}"])) == masked)
        // The same draws in parts, and computed again.
        for memory in [
            ["microBatch=3"], ["activationCheckpointing=blocks"],
            ["microBatch=3", "activationCheckpointing=blocks"],
        ] {
            let other = try weights(fixture.trainer(settings + ["tokens={image: \(image)}"] + memory))
            let distance = zip(masked, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(memory.count == 1 && memory[0].hasPrefix("a") ? distance == 0 : distance < 2e-5)
        }
    }

    /// Gradients of features that are given, as one pass and as the sum of its parts.
    @Test(arguments: [DType.float32, .bfloat16]) func partsHaveTheGradientsOfTheWhole(_ type: DType) throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer(Self.random)
        defer { trainer.loader.shutdown() }
        let model = trainer.model
        model.computeType = type
        let rows = try #require(try trainer.loader.next())
        let batch = try DeviceBatch(
            rows,
            on: .cpu,
            epochLength: 40,
            patches: trainer.trainingStep.patches(of: trainer.loader.settings)
        )
        let kept = try #require(batch.input.keptPatches)
        #expect(kept.shape == [8, 9])
        let parts = try batch.input.parts(of: 3).map { try #require($0.keptPatches) }
        #expect(parts.map { $0.size(0) } == [3, 3, 2])
        #expect(try Tensor.concatenate(parts).scalars(as: Int64.self) == kept.scalars())
        func gradients(_ memory: ActivationMemory) throws -> [[Double]] {
            let pass = try FeaturePass(batch.input, through: model, keeping: memory)
            let generator = try RandomGenerator(seed: 9)
            let given = try [pass.image, pass.text].map { features in
                let gradient = try Tensor.empty(features.shape)
                try generator.fillNormal(gradient, deviation: 1)
                return gradient
            }
            try pass.backward(image: given[0], text: given[1])
            return try model.parameters.entries.map { entry in
                defer { try? entry.tensor.setGradient(nil) }
                return try entry.tensor.gradient?.to(.float64).scalars() ?? []
            }
        }
        let whole = try gradients(ActivationMemory())
        for blocks in [false, true] {
            let other = try gradients(ActivationMemory(microBatch: 3, checkpointsBlocks: blocks))
            var (difference, norm) = (0.0, 0.0)
            for (left, right) in zip(whole, other) {
                #expect(left.count == right.count)
                for (one, two) in zip(left, right) {
                    difference += (one - two) * (one - two)
                    norm += one * one
                }
            }
            #expect(norm > 0)
            #expect((difference / norm).squareRoot() < (type == .float32 ? 1e-5 : 1e-2))
        }
    }

    @Test func drawsAreThoseOfTheSampleWhoeverReadsIt() throws {
        let fixture = try TrainingFixture()
        let one = try weights(fixture.trainer(Self.random))
        #expect(try weights(fixture.trainer(Self.random + ["data.workers=3"])) == one)
        // The loader's rows are keyed as its crops are.
        let trainer = try fixture.trainer(Self.random)
        defer { trainer.loader.shutdown() }
        let rows = try #require(try trainer.loader.next())
        let batch = try DeviceBatch(
            rows,
            on: .cpu,
            epochLength: 40,
            patches: trainer.trainingStep.patches(of: trainer.loader.settings)
        )
        let selection = try PatchSelection(.random(drop: 0.4), grid: 4, seed: 1, stage: 0)
        let expected = zip(rows.ordinals, rows.visits).flatMap { selection.patches(ordinal: $0, visit: $1) }
        #expect(try batch.input.keptPatches?.scalars(as: Int64.self) == expected)
    }

    @Test func aMaskThatKeepsAllIsNone() throws {
        let fixture = try TrainingFixture()
        let all = ["model.imageSize=32", "tokens={image: {mask: random, drop: 0}}"]
        #expect(try weights(fixture.trainer(all)) == weights(fixture.trainer(["model.imageSize=32"])))
    }

    @Test func aResumedRunDrawsTheSame() throws {
        let fixture = try TrainingFixture()
        let settings = Self.random + ["checkpoint={every: 3 steps, keep: 9}", "precision=bfloat16"]
        try fixture.train(settings + ["length=8 steps"], in: "straight")
        try FileManager.default.copyItem(at: fixture.url("straight"), to: fixture.url("resumed"))
        for step in [6, 8] {
            try FileManager.default.removeItem(at: fixture.url("resumed/checkpoints/step-\(step)"))
        }
        try fixture.resume(in: "resumed")
        #expect(try fixture.state("resumed", step: 8) == fixture.state("straight", step: 8))
    }

    @Test func frozenTowersAreMaskedToo() throws {
        let fixture = try TrainingFixture()
        let frozen = Self.random + ["train={freeze: ['visual\\..*']}", "microBatch=3"]
        let trainer = try fixture.trainer(frozen)
        #expect(try weights(trainer) != weights(fixture.trainer(["model.imageSize=32"] + frozen.suffix(2))))
        #expect(trainer.model.recordedSides == .text)
    }

    @Test func evaluationsSeeWholeImages() throws {
        let fixture = try TrainingFixture()
        try fixture.writeZeroShot("zero")
        let path = fixture.url("zero").path
        let evaluation = "evaluate=[{kind: zeroshot, data: '\(path)', every: 4 steps}]"
        let report = try fixture.train(Self.random + [evaluation, "length=4 steps"])
        let model = try CLIPModel.load(from: fixture.url("run").path)
        let extractor = try FeatureExtractor(model, tokenizer: CLIPTokenizer.bundled())
        let data = try ZeroShotDataset.open(path)
        let expected = try ZeroShotClassification(extractor).evaluate(data).metrics
        #expect(!expected.isEmpty)
        for (name, value) in expected { #expect(report.evaluations["zeroshot/\(name)"] == value) }
    }

    @Test(arguments: [
        (
            "model.imageSize=24", "{mask: grid}", "tokens.image.mask",
            "an image of 24 px: 3×3 patches cannot be divided into 2×2 windows"
        ),
        (
            "model.imageSize=16", "{mask: random, drop: 0.9}", "tokens.image.drop",
            "an image of 16 px: a drop of 0.9 leaves none of 2×2 patches"
        ),
        (
            "model.imageSize=16", "{mask: block, drop: 0.9}", "tokens.image.drop",
            "an image of 16 px: a drop of 0.9 leaves none of 2×2 patches"
        ),
    ])
    func masksThatCannotBeAreRefused(_ size: String, _ image: String, _ key: String, _ reason: String) throws
    {
        let fixture = try TrainingFixture()
        #expect {
            try fixture.train([size, "tokens={image: \(image)}"])
        } throws: {
            "\($0)".contains("`\(key)`") && "\($0)".contains(reason) && "\($0)".contains("model.imageSize")
        }
        #expect(!fixture.exists("run"))
    }

    @Test func settingsWithoutEffectAreSaid() throws {
        let fixture = try TrainingFixture()
        func warned(_ image: String) throws -> [String] {
            try fixture.recipe(["tokens={image: \(image)}"]).warnings.map(\.path)
        }
        #expect(try warned("{drop: 0.3}") == ["tokens.image.drop"])
        #expect(try warned("{mask: grid, drop: 0.3}") == ["tokens.image.drop"])
        #expect(try warned("{mask: random, gridOffset: window}") == ["tokens.image.gridOffset"])
        #expect(try warned("{mask: grid, gridOffset: window}").isEmpty)
    }
}
