import CLIPModels
import Testing
import Torch
import TorchNN

/// The towers against open_clip's on the same weights.
@Suite struct TowerParityTests {
    static let fixtures = ["tiny-gelu", "tiny-quickgelu", "tiny-average"]

    @Test(arguments: fixtures) func features(_ name: String) throws {
        let golden = Golden(name)
        let model = try golden.model()
        let images = try model.imageFeatures(golden.images())
        let texts = try model.textFeatures(golden.texts())
        #expect(try difference(images, golden.feature("image")) < 1e-6)
        #expect(try difference(texts, golden.feature("text")) < 1e-6)
    }

    /// The activations differ enough that taking one for the other is seen.
    @Test func activationMatters() throws {
        let golden = Golden("tiny-gelu")
        let features = try Golden("tiny-quickgelu").model().imageFeatures(golden.images())
        #expect(try difference(features, golden.feature("image")) > 1e-4)
    }

    @Test(arguments: fixtures) func repeatedEndOfText(_ name: String) throws {
        let golden = Golden(name)
        let texts = try golden.texts("tokens_repeated_eot")
        let features = try golden.model().textFeatures(texts)
        #expect(try difference(features, golden.feature("text_repeated_eot")) < 1e-6)
    }

    @Test(arguments: fixtures) func gradients(_ name: String) throws {
        let golden = Golden(name)
        let result = try golden.model().gradientDifference(golden)
        #expect(abs(try result.loss - golden.loss()) < 1e-5)
        #expect(result.difference < 1e-5)
    }

    /// What follows the end of text changes nothing, in value or gradient.
    @Test func packedEqualsPadded() throws {
        let golden = Golden("tiny-gelu")
        let model = try golden.model()
        let packed = try model.textFeatures(golden.texts())
        let padded = try model.textFeatures(TokenSequences(golden.paddedTexts()))
        #expect(try difference(packed, padded) < 1e-6)

        let parameter = try #require(model.parameters["transformer.resblocks.0.attn.in_proj_weight"])
        let weight = try golden.feature("image")
        func gradient(_ features: Tensor) throws -> Tensor {
            try parameter.setGradient(nil)
            try backward([(features, weight)])
            return try #require(parameter.gradient).cloned()
        }
        #expect(try relativeDifference(gradient(packed), gradient(padded)) < 1e-5)
    }

    /// In float64 nothing takes the fused kernels: libtorch's own operators compute the same.
    @Test(arguments: fixtures) func fusedEqualsPlain(_ name: String) throws {
        let golden = Golden(name)
        let checkpoint = try CheckpointDirectory(golden.directory)
        let store = try ParameterStore(.tensors(checkpoint.tensors()), dtype: .float64)
        let plain = try CLIPModel(
            checkpoint.configuration,
            preprocessing: checkpoint.preprocessing,
            parameters: store
        )
        let images = try plain.imageFeatures(golden.images())
        #expect(images.dtype == .float64)
        #expect(try difference(images, golden.feature("image")) < 1e-6)
        #expect(try difference(plain.textFeatures(golden.texts()), golden.feature("text")) < 1e-6)
        let result = try plain.gradientDifference(golden)
        #expect(result.difference < 1e-5)
    }

    @Test(arguments: fixtures) func bfloat16IsClose(_ name: String) throws {
        let golden = Golden(name)
        let model = try golden.model()
        model.computeType = .bfloat16
        let images = try model.imageFeatures(golden.images())
        #expect(images.dtype == .float32)
        #expect(try relativeDifference(images, golden.feature("image")) < 0.02)
        #expect(try relativeDifference(model.textFeatures(golden.texts()), golden.feature("text")) < 0.02)
        let result = try model.gradientDifference(golden)
        #expect(result.difference < 0.05)
        #expect(model.parameters.trainable.allSatisfy { $0.tensor.gradient?.dtype == .float32 })
    }

    @Test func wrongInputsAreRefused() throws {
        let model = try Golden("tiny-gelu").model()
        #expect(throws: TextInputError.tooLong(index: 0, count: 17, limit: 16)) {
            try model.textFeatures(TokenSequences([[Int32](repeating: 1, count: 17)]))
        }
        #expect(throws: TextInputError.unknownToken(index: 1, id: 64, limit: 64)) {
            try model.textFeatures(TokenSequences([[62, 63], [62, 64, 63]]))
        }
        #expect(throws: TextInputError.empty(index: 0)) { try model.textFeatures(TokenSequences([[]])) }
        #expect(throws: TextInputError.offsets(ids: 2)) {
            try model.textFeatures(TokenSequences(ids: [62, 63], offsets: [0, 5]))
        }
        #expect(throws: TextInputError.offsets(ids: 0)) {
            try model.textFeatures(TokenSequences(ids: [], offsets: []))
        }
        #expect(throws: TorchError.self) {
            try model.imageFeatures(Tensor.zeros([1, 3, 20, 16], dtype: .uint8))
        }
    }
}
