import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPTraining

/// Passes through models that are frozen in part, that take embeddings, and that have losses of their own.
@Suite struct PartialPassTests {
    private func model(dtype: DType = .float32, embeddings: Bool = false) throws -> CLIPModel {
        let text =
            embeddings
            ? #""swift_clip": {"text": {"kind": "embeddings", "width": 5}}"#
            : #""swift_clip": {}"#
        let words =
            embeddings
            ? ""
            : #", "text_cfg": {"width": 16, "heads": 2, "layers": 3, "context_length": 8, "vocab_size": 50}"#
        let json = """
            {"model_cfg": {"embed_dim": 12, "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 16,
             "head_width": 8, "layers": 3}\(words)}, \(text)}
            """
        return try CLIPModel(
            ModelConfiguration(json: Data(json.utf8)),
            parameters: ParameterStore(.initialize(seed: 2), dtype: dtype)
        )
    }

    private func input(_ count: Int, embeddings: Bool = false) throws -> ModelInput {
        let generator = try RandomGenerator(seed: 6)
        let pixels = try Tensor.empty([count, 3, 8, 8])
        try generator.fillUniform(pixels, in: 0..<256)
        let rows = try Tensor.empty([count, 5])
        try generator.fillNormal(rows, deviation: 1)
        let words = (0..<count).map { row -> [Int32] in
            let middle = (0...row % 5).map { Int32((row * 7 + $0) % 46 + 2) }
            return [1] + middle + [49]
        }
        return ModelInput(
            images: try pixels.to(.uint8),
            texts: embeddings ? .embeddings(rows) : .tokens(TokenSequences(words))
        )
    }

    /// The gradients of all entries for given gradients of the features; nil where there are none.
    private func gradients(
        _ model: any ImageTextModel,
        _ input: ModelInput,
        _ memory: ActivationMemory,
        weights: [String: Double] = [:]
    ) throws -> [String: [Double]] {
        let pass = try FeaturePass(input, through: model, keeping: memory)
        let generator = try RandomGenerator(seed: 9)
        let given = try [pass.image, pass.text].map { features in
            let gradient = try Tensor.empty(features.shape)
            try generator.fillNormal(gradient, deviation: 1)
            return try gradient.to(features.dtype)
        }
        try pass.backward(image: given[0], text: given[1], auxiliaryWeights: weights)
        var found: [String: [Double]] = [:]
        for entry in model.parameters.entries {
            found[entry.name] = try entry.tensor.gradient?.to(.float64).scalars()
            try entry.tensor.setGradient(nil)
        }
        return found
    }

    private func distance(_ one: [String: [Double]], _ other: [String: [Double]]) -> Double {
        guard one.keys.sorted() == other.keys.sorted() else { return .infinity }
        var (difference, norm) = (0.0, 0.0)
        for (name, values) in one {
            for (left, right) in zip(values, other[name] ?? []) {
                difference += (left - right) * (left - right)
                norm += right * right
            }
        }
        return (difference / norm).squareRoot()
    }

    @Test(arguments: [(DType.float32, 1e-5), (.float64, 1e-13)], ["visual.", "text"])
    func frozenSides(_ type: (DType, tolerance: Double), side: String) throws {
        let model = try model(dtype: type.0)
        let input = try input(7)
        let whole = try gradients(model, input, ActivationMemory())
        let isFrozen = { (name: String) in
            name.hasPrefix("visual.") == (side == "visual.") && name != "logit_scale"
        }
        try model.parameters.freeze(where: isFrozen)
        let one = try gradients(model, input, ActivationMemory())
        #expect(!one.isEmpty)
        #expect(one == whole.filter { !isFrozen($0.key) })
        #expect(try gradients(model, input, ActivationMemory(checkpointsBlocks: true)) == one)
        for blocks in [false, true] {
            let memory = ActivationMemory(microBatch: 3, checkpointsBlocks: blocks)
            #expect(distance(try gradients(model, input, memory), one) < type.tolerance)
        }
        let pass = try FeaturePass(input, through: model)
        #expect(pass.image.requiresGradient == (side != "visual."))
        #expect(pass.text.requiresGradient == (side == "visual."))
    }

    @Test func aFrozenModelHasNoWayBack() throws {
        let model = try model()
        try model.parameters.freeze { _ in true }
        for memory in [ActivationMemory(), ActivationMemory(microBatch: 2), .init(checkpointsBlocks: true)] {
            #expect(try gradients(model, input(5), memory).isEmpty)
        }
    }

    @Test func captionEmbeddings() throws {
        let model = try model(embeddings: true)
        let input = try input(7, embeddings: true)
        let whole = try gradients(model, input, ActivationMemory())
        #expect(whole["text_projection.weight"] != nil)
        #expect(distance(try gradients(model, input, ActivationMemory(microBatch: 3)), whole) < 1e-5)
        #expect(throws: TextInputError.self) {
            try gradients(model, self.input(7), ActivationMemory(microBatch: 3))
        }
    }

    @Test func frozenSidesAreComputedOnce() throws {
        let model = try CountingModel(model())
        let input = try input(6)
        _ = try gradients(model, input, ActivationMemory(microBatch: 2), weights: ["spread": 1])
        #expect(model.sides == [.both, .both, .both, .both, .both, .both])
        model.sides = []
        try model.parameters.freeze { !$0.hasPrefix("visual.") }
        _ = try gradients(model, input, ActivationMemory(microBatch: 2))
        #expect(model.sides == [.both, .both, .both, .image, .image, .image])
    }

    @Test func lossesOfTheModelsOwn() throws {
        let model = try CountingModel(model(dtype: .float64))
        let input = try input(7)
        let plain = try gradients(model, input, ActivationMemory(), weights: ["spread": 0])
        let whole = try gradients(model, input, ActivationMemory(), weights: ["spread": 0.7])
        #expect(distance(plain, whole) > 1e-3)
        for blocks in [false, true] {
            let memory = ActivationMemory(microBatch: 3, checkpointsBlocks: blocks)
            #expect(distance(try gradients(model, input, memory, weights: ["spread": 0.7]), whole) < 1e-12)
        }
        let one = try FeaturePass(input, through: model).auxiliaryLosses["spread"]
        let parts = try FeaturePass(input, through: model, keeping: ActivationMemory(microBatch: 3))
        #expect(one?.shape == [] && one?.requiresGradient == false)
        #expect(try abs(#require(one).item() - #require(parts.auxiliaryLosses["spread"]).item()) < 1e-12)
        // What is not said counts once.
        #expect(
            try gradients(model, input, ActivationMemory())
                == gradients(model, input, ActivationMemory(), weights: ["spread": 1])
        )
        #expect(throws: TorchError.self) {
            try gradients(model, input, ActivationMemory(), weights: ["other": 1])
        }
    }
}

/// A model around another, with a loss of the image features, that remembers which sides were asked for.
private final class CountingModel: ImageTextModel {
    private let inner: CLIPModel
    var sides: [FeatureSides] = []

    init(_ inner: CLIPModel) { self.inner = inner }

    var parameters: ParameterStore { inner.parameters }
    var objectiveParameters: [String: Tensor] { inner.objectiveParameters }
    var computeType: DType {
        get { inner.computeType }
        set { inner.computeType = newValue }
    }
    var embeddingWidth: Int { inner.embeddingWidth }
    var imageSize: Int { inner.imageSize }
    var preprocessing: Preprocessing { inner.preprocessing }
    var textKind: TextKind { inner.textKind }
    var recordedSides: FeatureSides { inner.recordedSides }

    func imageFeatures(_ images: Tensor, tape: ActivationTape?) throws -> Tensor {
        try inner.imageFeatures(images, tape: tape)
    }

    func textFeatures(_ texts: TextInput, tape: ActivationTape?) throws -> Tensor {
        try inner.textFeatures(texts, tape: tape)
    }

    func features(of input: ModelInput, sides: FeatureSides, tape: ActivationTape?) throws -> ModelFeatures {
        self.sides.append(sides)
        var features = try inner.features(of: input, sides: sides, tape: tape)
        if let image = features.image {
            features.auxiliaryLosses["spread"] = try image.slice(0..<3, dim: 1).exp().sum(dims: [1]).mean()
        }
        return features
    }

    func save(to path: String, values: [String: Tensor]) throws { try inner.save(to: path, values: values) }
}
