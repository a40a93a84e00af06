import CLIPData
import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPTraining

@Suite struct FeaturePassTests {
    private static let whole = ActivationMemory(microBatch: nil, checkpointsBlocks: false)

    private static func parts(of size: Int?, blocks: Bool = false) -> ActivationMemory {
        ActivationMemory(microBatch: size, checkpointsBlocks: blocks)
    }

    /// Three blocks in each tower; biases and norms are moved off their first values, as in training.
    private func model(_ precision: DType = .float32, pooling: String = "tok") throws -> CLIPModel {
        let fixture = try TrainingFixture()
        try fixture.write(
            """
            {"embed_dim": 24,
             "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 32, "head_width": 8, "layers": 3,
                            "pool_type": "\(pooling)"},
             "text_cfg": {"context_length": 12, "vocab_size": 50, "width": 16, "heads": 2, "layers": 3}}
            """,
            to: "deep.json"
        )
        let model = try CLIPModel(
            ModelCatalog.configuration(fixture.url("deep.json").path),
            parameters: ParameterStore(.initialize(seed: 4))
        )
        model.computeType = precision
        try withoutGradient {
            let generator = try RandomGenerator(seed: 5)
            for entry in model.parameters.trainable where entry.tensor.rank == 1 {
                let noise = try Tensor.empty(entry.tensor.shape)
                try generator.fillNormal(noise, deviation: 0.1)
                try entry.tensor.add(noise)
            }
        }
        return model
    }

    private func input(_ count: Int, captions: Int = 1) throws -> ModelInput {
        let pixels = try Tensor.empty([count, 3, 16, 16])
        try RandomGenerator(seed: 6).fillUniform(pixels, in: 0..<256)
        let texts = (0..<count * captions).map { row -> [Int32] in
            let words = (0...row % 7).map { Int32((row * 11 + $0 * 5) % 46 + 2) }
            return [1] + words + [49]
        }
        return ModelInput(
            images: try pixels.to(.uint8),
            texts: .tokens(TokenSequences(texts)),
            position: 40
        )
    }

    @Test(arguments: [1, 3, 4, 10]) func gradientsAreThoseOfOneBatch(size: Int) throws {
        let model = try model()
        let input = try input(11)
        let whole = try BatchGradients(of: input, through: model, keeping: Self.whole)
        let parts = try BatchGradients(of: input, through: model, keeping: Self.parts(of: size))
        #expect(try parts.relativeDifference(from: whole) < 1e-5)
        #expect(abs(parts.loss - whole.loss) < 1e-5)
    }

    @Test func equalCaptionsAreMaskedAcrossParts() throws {
        let model = try model()
        let input = try input(8)
        let keys = try Tensor([1, 2, 3, 4, 5, 6, 1, 2] as [Int64])
        func gradients(_ size: Int?) throws -> BatchGradients {
            try BatchGradients(of: input, through: model, keeping: Self.parts(of: size), groups: keys)
        }
        let whole = try gradients(nil)
        #expect(try gradients(3).relativeDifference(from: whole) < 1e-5)
        let unmasked = try BatchGradients(of: input, through: model, keeping: Self.whole)
        #expect(try unmasked.relativeDifference(from: whole) > 1e-3)
    }

    @Test func imagesKeepTheirCaptions() throws {
        let model = try model()
        let input = try input(5, captions: 3)
        let whole = try BatchGradients(of: input, through: model, keeping: Self.whole)
        let parts = try BatchGradients(of: input, through: model, keeping: Self.parts(of: 2))
        #expect(try parts.relativeDifference(from: whole) < 1e-5)
        let pass = try FeaturePass(input, through: model, keeping: Self.parts(of: 2))
        #expect(pass.text.shape == [5, 3, 24])
        let last = try FeaturePass(input.parts(of: 2)[2], through: model, keeping: Self.whole)
        #expect(
            try withoutGradient { try (pass.text.slice(4..<5) - last.text).abs().maximum().item() } < 1e-6
        )
    }

    @Test(arguments: [DType.float32, .bfloat16])
    func bothPassesOfAPartGiveTheSameBits(precision: DType) throws {
        let model = try model(precision)
        let input = try input(11)
        for blocks in [false, true] {
            let memory = Self.parts(of: 4, blocks: blocks)
            let features = try FeaturePass(input, through: model, keeping: memory)
            let again = try input.parts(of: 4).map { try FeaturePass($0, through: model, keeping: memory) }
            #expect(again.allSatisfy { $0.image.requiresGradient && $0.text.requiresGradient })
            let image = try Tensor.concatenate(again.map(\.image))
            let text = try Tensor.concatenate(again.map(\.text))
            #expect(try image.values() == features.image.values())
            #expect(try text.values() == features.text.values())
        }
    }

    @Test(arguments: [DType.float32, .bfloat16], [nil, 4])
    func checkpointedBlocksGiveTheSameBits(precision: DType, size: Int?) throws {
        for pooling in ["tok", "avg"] {
            let model = try model(precision, pooling: pooling)
            let input = try input(11)
            let kept = try BatchGradients(of: input, through: model, keeping: Self.parts(of: size))
            let again = try BatchGradients(
                of: input,
                through: model,
                keeping: Self.parts(of: size, blocks: true)
            )
            #expect(try kept.norm() > 1e-3)
            for (entry, (first, second)) in zip(model.parameters.trainable, zip(kept.values, again.values)) {
                #expect(try first.values() == second.values(), "\(entry.name)")
            }
        }
    }

    @Test func aBatchThatFitsIsOnePass() throws {
        let model = try model()
        let input = try input(4)
        for size in [nil, 4, 5] {
            let pass = try FeaturePass(input, through: model, keeping: Self.parts(of: size))
            #expect(pass.image.requiresGradient)
        }
        let pass = try FeaturePass(input, through: model, keeping: Self.parts(of: 3))
        #expect(!pass.image.requiresGradient)
    }

    @Test func partsHoldAllRowsAtTheirPlaces() throws {
        let input = try input(7, captions: 2)
        let parts = try input.parts(of: 3)
        #expect(parts.map(\.count) == [3, 3, 1])
        #expect(parts.map(\.texts.count) == [6, 6, 2])
        #expect(parts.map(\.position) == [40, 43, 46])
        #expect(
            parts.flatMap { part in (0..<part.texts.count).map { part.texts.tokens($0) } }
                == (0..<14).map { input.texts.tokens($0) }
        )
        #expect(
            try Tensor.concatenate(parts.map(\.images)).to(.float32).values()
                == input.images.to(.float32).values()
        )
    }

    @Test func unequalNumbersOfCaptionsAreRefused() throws {
        let input = try input(4)
        for texts in [0, 3, 5] {
            let uneven = ModelInput(
                images: input.images,
                texts: .tokens(TokenSequences((0..<texts).map { _ in [1, 49] })),
                position: 0
            )
            #expect(throws: TorchError.self) {
                try FeaturePass(uneven, through: model(), keeping: Self.parts(of: 2))
            }
        }
    }

    /// Whole runs, from the recipe.
    @Test func recipesWithLessMemoryTrainTheSameWeights() throws {
        let fixture = try TrainingFixture()
        func weights(_ settings: [String]) throws -> [[Float]] {
            let trainer = try fixture.trainer(["optimizer.epsilon=1e-4"] + settings)
            defer { trainer.loader.shutdown() }
            for _ in 0..<3 { try trainer.step() }
            return try trainer.model.parameters.trainable.map { try $0.tensor.values() }
        }
        let plain = try weights([])
        #expect(try weights(["activationCheckpointing=blocks"]) == plain)
        for settings in [["microBatch=3"], ["microBatch=3", "activationCheckpointing=blocks"]] {
            let other = try weights(settings)
            let distance = zip(plain.joined(), other.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(distance > 0, "the batch is taken in parts")
            // Three steps may move a weight by 3e-3 each; a small ε makes the most of tiny differences.
            #expect(distance < 2e-5)
        }
    }

    /// Live tensors are counted for the whole process.
    @Test func leavesNoTensorsBehind() async {
        await #expect(processExitsWith: .success) {
            let fixture = try TrainingFixture()
            let trainer = try fixture.trainer(["microBatch=3", "activationCheckpointing=blocks"])
            func step() throws -> Int {
                try trainer.step()
                _ = try trainer.takeMetrics()
                return Tensor.liveCount
            }
            _ = try step()
            let live = try step()
            #expect(try step() == live)
            trainer.loader.shutdown()
        }
    }
}

extension TextInput {
    fileprivate func tokens(_ index: Int) -> [Int32]? {
        if case .tokens(let texts) = self { Array(texts[index]) } else { nil }
    }
}

extension Tensor {
    fileprivate func values() throws -> [Float] { try withoutGradient { try scalars() } }
}
