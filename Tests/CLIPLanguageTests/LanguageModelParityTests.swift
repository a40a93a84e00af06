import CLIPLanguage
import Testing
import Torch
import TorchNN

@Suite struct LanguageModelParityTests {
    /// Packed rows against a left-padded batch of transformers, float32 against float64.
    @Test(arguments: ["tiny-llama", "tiny-qwen2"], [true, false])
    func hiddenStatesEqualTransformers(name: String, isCausal: Bool) throws {
        let tiny = try TinyModel(name)
        let states = try tiny.model().states(of: tiny.texts(), isCausal: isCausal)
        #expect(states.dtype == .float32)
        #expect(try relativeDifference(states, tiny.golden(isCausal ? "causal" : "bidirectional")) < 1e-5)
    }

    @Test(arguments: ["tiny-llama", "tiny-qwen2"]) func bfloat16StaysNear(name: String) throws {
        let tiny = try TinyModel(name)
        let model = try tiny.model()
        model.computeType = .bfloat16
        let states = try model.states(of: tiny.texts(), isCausal: false)
        #expect(states.dtype == .float32)
        let difference = try relativeDifference(states, tiny.golden("bidirectional"))
        #expect(difference < 0.05)
        #expect(difference > 1e-5)
        // And back: nothing of the other type stays.
        model.computeType = .float32
        #expect(
            try relativeDifference(
                model.states(of: tiny.texts(), isCausal: false),
                tiny.golden("bidirectional")
            )
                < 1e-5
        )
    }

    @Test(arguments: ["tiny-llama", "tiny-qwen2"], [true, false])
    func textsDoNotSeeEachOther(name: String, isCausal: Bool) throws {
        let tiny = try TinyModel(name)
        let model = try tiny.model()
        let texts = try tiny.texts()
        let alone = try Tensor.concatenate(texts.map { try model.states(of: [$0], isCausal: isCausal) })
        #expect(try relativeDifference(model.states(of: texts, isCausal: isCausal), alone) < 1e-5)
    }

    /// The last token changes the first state exactly where attention is bidirectional.
    @Test func onlyBidirectionalAttentionLooksAhead() throws {
        let model = try TinyModel("tiny-llama").model()
        for isCausal in [true, false] {
            let first = try model.states(of: [[9, 8, 7, 6]], isCausal: isCausal).select(0)
            let second = try model.states(of: [[9, 8, 7, 5]], isCausal: isCausal).select(0)
            let difference = try relativeDifference(first, second)
            #expect(isCausal ? difference == 0 : difference > 1e-3)
        }
    }

    /// Weights in 16 bits compute as the same values in float32 do.
    @Test(arguments: [DType.float16, .bfloat16]) func narrowWeights(dtype: DType) throws {
        let tiny = try TinyModel("tiny-qwen2")
        let source = try LanguageModelDirectory(tiny.directory)
        let narrow = try TensorSource(source) { _ in }
        let wide = try TensorSource(source) { _ in }
        for (name, tensor) in narrow.tensors {
            narrow.tensors[name] = try tensor.to(dtype)
            wide.tensors[name] = try tensor.to(dtype).to(.float32)
        }
        let texts = try tiny.texts()
        let found = try LanguageModel(narrow).states(of: texts, isCausal: false)
        #expect(try relativeDifference(found, LanguageModel(wide).states(of: texts, isCausal: false)) == 0)
        #expect(try relativeDifference(found, tiny.golden("bidirectional")) > 1e-5)
    }

    @Test func weightsAreViewsOfTheFile() throws {
        let tiny = try TinyModel("tiny-llama")
        let file = try SafetensorsFile(path: "\(tiny.directory)/model.safetensors")
        let source = try LanguageModelDirectory(tiny.directory)
        let model = try LanguageModel(source)
        let name = "model.layers.1.mlp.up_proj.weight"
        let place = try #require(model.weights[name]).withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(
            try #require(try source.tensor(name)).withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
                == place
        )
        #expect(Int(place % 4096) == (try #require(file[name]).byteOffset) % 4096)
        #expect(model.weights.values.allSatisfy { !$0.requiresGradient })
    }

    @Test func aTextBeyondThePositionsIsRefused() throws {
        let tiny = try TinyModel("tiny-llama")
        let model = try tiny.model()
        _ = try model.states(of: [[Int32](repeating: 5, count: 64)], isCausal: true)
        #expect(throws: LanguageModelError.tooLong(path: tiny.directory, tokens: 65, limit: 64)) {
            try model.states(of: [[5], [Int32](repeating: 5, count: 65)], isCausal: true)
        }
    }

    @Test func noTextsGiveNoStates() throws {
        #expect(try TinyModel("tiny-llama").model().states(of: [], isCausal: true).shape == [0, 24])
    }
}
