import Testing
import Torch
import TorchNN

@Suite struct FrozenParameterTests {
    private func store() throws -> ParameterStore {
        let store = ParameterStore(.initialize(seed: 1), type: { _, rank in rank >= 2 ? .bfloat16 : nil })
        _ = try store.root.parameter("a.weight", shape: [2, 2], .ones)
        _ = try store.root.parameter("b.weight", shape: [2], .ones)
        _ = try store.root.buffer("a.statistics", shape: [2, 2], .ones)
        return store
    }

    @Test func freezeAndUnfreezeChooseByName() throws {
        let store = try store()
        #expect(store.trained.map(\.name) == ["a.weight", "b.weight"])
        try store["a.weight"]?.setGradient(.ones([2, 2], dtype: .bfloat16))
        try store.freeze { $0.hasPrefix("a.") }
        #expect(store.trained.map(\.name) == ["b.weight"])
        #expect(store.trainable.map(\.name) == ["a.weight", "b.weight"])
        #expect(store["a.weight"]?.gradient == nil)
        try store.freeze { $0.hasPrefix("b.") }
        #expect(store.trained.isEmpty)
        try store.unfreeze { _ in true }
        #expect(store.trained.map(\.name) == ["a.weight", "b.weight"])
        #expect(store["a.statistics"]?.requiresGradient == false)
    }

    @Test func buffersKeepTheirType() throws {
        let store = try store()
        #expect(store["a.weight"]?.dtype == .bfloat16)
        #expect(store["a.statistics"]?.dtype == .float32)
    }

    @Test func aTapeKeepsNoSegmentOfFrozenParameters() throws {
        let (x, frozen, trained) = try (normal([3], seed: 1), normal([3], seed: 2), normal([3], seed: 3))
        try trained.setRequiresGradient(true)
        let tape = ActivationTape()
        var calls = 0
        let first = try tape([x], parameters: [frozen]) { inputs in
            calls += 1
            return [try inputs[0] * frozen]
        }
        #expect(!first[0].requiresGradient)
        #expect(tape.segmentCount == 0)
        // Of two outputs, one depends on nothing that is trained.
        let second = try tape(first, parameters: [trained]) { [try $0[0] * trained, try $0[0] * 2] }
        let third = try tape(second, parameters: [frozen]) { [try ($0[0] + $0[1]) * frozen] }
        #expect(tape.segmentCount == 2)
        try tape.backward([(third[0], .ones([3]))])
        #expect(calls == 1)
        let expected = try x * frozen * frozen
        #expect(try distance(#require(trained.gradient), expected) < 1e-6)
        #expect(tape.segmentCount == 0)
    }
}
