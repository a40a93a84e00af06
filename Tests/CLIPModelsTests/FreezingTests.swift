import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

/// Frozen parameters build no graph, and leave the gradients of all others as they are.
@Suite struct FreezingTests {
    private func model(dtype: DType = .float32) throws -> CLIPModel {
        let json = """
            {"embed_dim": 8, "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 16, "head_width": 8,
             "layers": 4}, "text_cfg": {"width": 16, "heads": 2, "layers": 4, "context_length": 6,
             "vocab_size": 20}}
            """
        return try CLIPModel(
            ModelConfiguration(json: Data(json.utf8)),
            parameters: ParameterStore(.initialize(seed: 1), dtype: dtype)
        )
    }

    private func images() throws -> Tensor {
        let pixels = try Tensor.empty([3, 3, 8, 8])
        try RandomGenerator(seed: 2).fillUniform(pixels, in: 0..<256)
        return try pixels.to(.uint8)
    }

    private let texts = TextInput.tokens(TokenSequences([[1, 2, 19], [3, 19], [5, 6, 7, 19]]))

    /// The gradients of all parameters that are trained, by name.
    private func gradients(_ model: CLIPModel, tape: ActivationTape?) throws -> [String: [Double]] {
        let image = try model.imageFeatures(images(), tape: tape)
        let text = try model.textFeatures(texts, tape: tape)
        let outputs = try [
            (output: image, gradient: text.detached()), (output: text, gradient: image.detached()),
        ]
        .filter(\.output.requiresGradient)
        if let tape { try tape.backward(outputs) } else { try backward(outputs) }
        var found: [String: [Double]] = [:]
        for entry in model.parameters.entries {
            found[entry.name] = try entry.tensor.gradient?.to(.float64).scalars()
            try entry.tensor.setGradient(nil)
        }
        return found
    }

    @Test func aFrozenTowerRecordsNothing() throws {
        let model = try model()
        #expect(model.recordedSides == .both)
        try model.parameters.freeze { $0.hasPrefix("visual.") }
        #expect(model.recordedSides == .text)
        for type in [DType.float32, .bfloat16] {
            model.computeType = type
            for tape in [nil, ActivationTape()] {
                #expect(try !model.imageFeatures(images(), tape: tape).requiresGradient)
                #expect(tape?.segmentCount ?? 0 == 0)
            }
        }
        try model.parameters.freeze { _ in true }
        #expect(model.recordedSides == [])
        let tape = ActivationTape()
        #expect(try !model.textFeatures(texts, tape: tape).requiresGradient)
        #expect(tape.segmentCount == 0)
        try model.parameters.unfreeze { $0.hasPrefix("visual.ln_post") }
        #expect(model.recordedSides == .image)
        #expect(model.parameters.trained.count == 2)
    }

    @Test(arguments: [DType.float32, .float64, .bfloat16])
    func gradientsOfTheOthersKeepTheirBits(type: DType) throws {
        let model = try model(dtype: type == .float64 ? .float64 : .float32)
        model.computeType = type
        let whole = try gradients(model, tape: nil)
        // The first two blocks of the image tower and all before them; the text tower's attention.
        try model.parameters.freeze { name in
            !name.hasPrefix("visual.transformer.resblocks.2")
                && !name.hasPrefix("visual.transformer.resblocks.3")
                && name.hasPrefix("visual.") && !name.hasPrefix("visual.ln_post")
                || name.hasPrefix("transformer") && name.contains("attn")
        }
        for tape in [nil, ActivationTape()] {
            let found = try gradients(model, tape: tape)
            #expect(
                found.keys.sorted()
                    == model.parameters.trained.map(\.name).filter { $0 != "logit_scale" }.sorted()
            )
            for (name, values) in found { #expect(values == whole[name], "\(name)") }
        }
    }

    @Test func theTapeStartsAtTheFirstTrainedBlock() throws {
        let model = try model()
        try model.parameters.freeze { name in
            name.hasPrefix("visual.") && !name.hasPrefix("visual.transformer.resblocks.2")
        }
        let tape = ActivationTape()
        // Block 2 has parameters to train, and the gradient has to pass through the frozen block 3.
        let features = try model.imageFeatures(images(), tape: tape)
        #expect(features.requiresGradient)
        #expect(tape.segmentCount == 2)
    }

    /// Only the MLP of the first block is trained: its residual comes out of the segment without a graph.
    @Test func aPartlyFrozenBlock() throws {
        let model = try model()
        try model.parameters.freeze { !$0.hasPrefix("visual.transformer.resblocks.0.mlp") }
        let plain = try gradients(model, tape: nil)
        let taped = try gradients(model, tape: ActivationTape())
        #expect(plain.count == 4)
        #expect(taped == plain)
    }
}
