import CLIPLanguage
import Testing
import Torch
import TorchNN

@Suite struct LowRankModelTests {
    private func gradients(
        of model: LanguageModel,
        _ tiny: TinyModel,
        dropoutKey: Int64? = nil,
        taped: Bool
    ) throws -> (states: Tensor, gradients: [String: Tensor]) {
        let adapter = try #require(model.adapter)
        for pair in adapter.pairs.values {
            for tensor in [pair.down, pair.up] { try tensor.setGradient(nil) }
        }
        let tape = ActivationTape()
        let states = try model.states(
            of: tiny.texts(),
            isCausal: false,
            dropoutKey: dropoutKey,
            tape: taped ? tape : nil
        )
        try tape.backward([(states, tiny.golden("upstream"))])
        var result: [String: Tensor] = [:]
        for (name, pair) in adapter.pairs {
            result["\(name).down"] = try #require(pair.down.gradient).cloned()
            result["\(name).up"] = try #require(pair.up.gradient).cloned()
        }
        return (try states.detached(), result)
    }

    @Test(arguments: ["tiny-llama", "tiny-qwen2"], [false, true])
    func statesAndGradientsEqualThoseOfPeft(name: String, taped: Bool) throws {
        let tiny = try TinyModel(name)
        let adapter = try tiny.adapter()
        #expect(adapter.pairs.count == 14)
        let found = try gradients(of: tiny.model(adapter: adapter), tiny, taped: taped)
        #expect(try relativeDifference(found.states, tiny.golden("adapted")) < 1e-5)
        for (name, gradient) in found.gradients {
            #expect(try relativeDifference(gradient, tiny.golden("gradient.\(name)")) < 1e-4, "\(name)")
        }
    }

    /// At the first step, where B is zero, the model is the plain one, and only B has a gradient.
    @Test func aFreshAdapterChangesNothing() throws {
        let tiny = try TinyModel("tiny-llama")
        let adapter = try tiny.adapter()
        for pair in adapter.pairs.values { try withoutGradient { try pair.up.fill(0) } }
        let model = try tiny.model(adapter: adapter)
        let plain = try tiny.model().states(of: tiny.texts(), isCausal: false)
        let found = try gradients(of: model, tiny, taped: false)
        #expect(try found.states.scalars(as: Float.self) == plain.scalars(as: Float.self))
        for (name, gradient) in found.gradients {
            let largest = try gradient.abs().maximum().item()
            #expect(name.hasSuffix(".down") ? largest == 0 : largest > 0, "\(name)")
        }
        #expect(model.weights.values.allSatisfy { $0.gradient == nil && !$0.requiresGradient })
    }

    /// A block that the tape computes again draws the same dropout.
    @Test func dropoutIsAFunctionOfItsKey() throws {
        let tiny = try TinyModel("tiny-llama")
        let model = try tiny.model(adapter: tiny.adapter(dropout: 0.3))
        let first = try gradients(of: model, tiny, dropoutKey: 7, taped: false)
        let again = try gradients(of: model, tiny, dropoutKey: 7, taped: true)
        #expect(try first.states.scalars(as: Float.self) == again.states.scalars(as: Float.self))
        for (name, gradient) in first.gradients {
            #expect(try relativeDifference(#require(again.gradients[name]), gradient) == 0, "\(name)")
        }
        let other = try model.states(of: tiny.texts(), isCausal: false, dropoutKey: 8)
        #expect(try relativeDifference(other, first.states) > 1e-3)
        // Without a key nothing is left out.
        #expect(
            try relativeDifference(model.states(of: tiny.texts(), isCausal: false), tiny.golden("adapted"))
                < 1e-5
        )
    }

    @Test func aTapeKeepsOneSegmentABlock() throws {
        let tiny = try TinyModel("tiny-llama")
        let adapted = try tiny.model(adapter: tiny.adapter())
        let tape = ActivationTape()
        _ = try adapted.states(of: tiny.texts(), isCausal: false, tape: tape)
        #expect(tape.segmentCount == 2)
        let plain = ActivationTape()
        _ = try tiny.model().states(of: tiny.texts(), isCausal: false, tape: plain)
        #expect(plain.segmentCount == 0)
    }

    /// What is trained are the adapter's own tensors, not copies.
    @Test func matricesInPlaceStayTheSameObjects() throws {
        let tiny = try TinyModel("tiny-llama")
        let adapter = try tiny.adapter()
        let model = try tiny.model(adapter: adapter)
        let placed = try #require(model.adapter)
        #expect(placed.pairs.count == 14)
        for (name, pair) in adapter.pairs {
            #expect(placed.pairs[name]?.down === pair.down && placed.pairs[name]?.up === pair.up, "\(name)")
        }
    }

    @Test(.enabled(if: Device.cudaCount > 0)) func matricesGoToTheModelsDevice() throws {
        let tiny = try TinyModel("tiny-llama")
        let adapter = try tiny.adapter()
        let model = try LanguageModel(
            LanguageModelDirectory(tiny.directory),
            adapter: adapter,
            on: .cuda(0)
        )
        let placed = try #require(model.adapter)
        for pair in placed.pairs.values {
            #expect(pair.down.device == .cuda(0) && pair.up.device == .cuda(0))
            #expect(!pair.down.requiresGradient && !pair.up.requiresGradient)
        }
    }

    @Test func anAdapterOfAnotherModelIsRefused() throws {
        let adapter = try TinyModel("tiny-llama").adapter()
        #expect {
            try TinyModel("tiny-qwen2").model(adapter: adapter)
        } throws: { error in
            "\(error)".contains("'model.layers.0.self_attn.k_proj'")
                && "\(error)".contains("expected [3, 24] and [12, 3]")
        }
        var unknown = adapter
        unknown.pairs["model.layers.7.mlp.up_proj"] = adapter.pairs["model.layers.0.mlp.up_proj"]
        #expect {
            try TinyModel("tiny-llama").model(adapter: unknown)
        } throws: { error in
            "\(error)".contains("the model has no 'model.layers.7.mlp.up_proj'")
        }
    }
}
