import Testing
import Torch
import TorchNN
import TorchOptim

@Suite struct AdamWTests {
    /// The published formula on plain numbers.
    struct PlainAdamW {
        var value: [Double]
        var first: [Double]
        var second: [Double]
        var step = 0

        init(_ value: [Double]) {
            self.value = value
            first = value.map { _ in 0 }
            second = first
        }

        mutating func move(_ gradient: [Double], rate: Double, decay: Double, _ options: AdamWOptions) {
            step += 1
            let (b1, b2) = (options.beta1, options.beta2)
            var (power1, power2) = (1.0, 1.0)
            for _ in 0..<step { (power1, power2) = (power1 * b1, power2 * b2) }
            for i in value.indices {
                first[i] = b1 * first[i] + (1 - b1) * gradient[i]
                second[i] = b2 * second[i] + (1 - b2) * gradient[i] * gradient[i]
                value[i] *= 1 - rate * decay
                let root = (second[i] / (1 - power2)).squareRoot() + options.epsilon
                value[i] -= rate * first[i] / (1 - power1) / root
            }
        }
    }

    private let store: ParameterStore

    init() throws {
        store = ParameterStore(.initialize(seed: 4))
        _ = try store.root.parameter("weight", shape: [5, 7], .normal(deviation: 1))
        _ = try store.root.parameter("bias", shape: [7], .normal(deviation: 1))
        _ = try store.root.parameter("logit_scale", shape: [], .constant(2))
    }

    private func setGradients(_ seed: UInt64, scale: Double = 1) throws {
        for (index, entry) in store.entries.enumerated() {
            let gradient = try normal(entry.tensor.shape, seed: seed * 10 + UInt64(index), scale: scale)
            try entry.tensor.setGradient(gradient)
        }
    }

    @Test func followsTheFormulaByGroups() throws {
        let options = AdamWOptions(beta1: 0.8, beta2: 0.95, epsilon: 1e-4, weightDecay: 0.3)
        let optimizer = try AdamW(store.entries, options: options) { $0 == "logit_scale" ? 0.1 : 1 }
        #expect(optimizer.groups.map(\.names) == [["weight"], ["bias"], ["logit_scale"]])
        #expect(optimizer.groups.map(\.weightDecay) == [0.3, 0, 0])
        var plain = try store.entries.map { PlainAdamW(try $0.tensor.scalars()) }
        for step in 0..<6 {
            try setGradients(UInt64(step))
            let rate = 0.05 / Double(step + 1)
            for (index, entry) in store.entries.enumerated() {
                plain[index].move(
                    try #require(entry.tensor.gradient).scalars(),
                    rate: index == 2 ? 0.1 * rate : rate,
                    decay: index == 0 ? 0.3 : 0,
                    options
                )
            }
            try optimizer.step(learningRate: rate)
        }
        for (entry, plain) in zip(store.entries, plain) {
            #expect(try distance(entry.tensor, Tensor(plain.value, shape: entry.tensor.shape)) < 2e-6)
        }
        #expect(try optimizer.stepCount() == 6)
    }

    @Test func divisorClipsGradients() throws {
        let optimizer = try AdamW(store.entries, options: AdamWOptions(epsilon: 0.5))
        var plain = PlainAdamW(try store.entries[0].tensor.scalars())
        try setGradients(1, scale: 4)
        let norm = try GradientClipping.norm(optimizer.gradients())
        let length = try norm.item()
        let gradient: [Double] = try #require(store.entries[0].tensor.gradient).scalars()
        plain.move(gradient.map { $0 / length * 2 }, rate: 0.1, decay: 0.2, AdamWOptions(epsilon: 0.5))
        try optimizer.step(
            learningRate: 0.1,
            divisor: GradientClipping.divisor(norm: norm, maximum: 2),
            skip: nil
        )
        #expect(try distance(store.entries[0].tensor, Tensor(plain.value, shape: [5, 7])) < 1e-6)
    }

    @Test(arguments: [0, 3]) func skippedStepChangesNothing(after steps: Int) throws {
        let optimizer = try AdamW(store.entries)
        for step in 0..<steps {
            try setGradients(UInt64(step))
            try optimizer.step(learningRate: 0.1)
        }
        let values = try store.entries.map { try $0.tensor.scalars(as: Float.self) }
        let before = try optimizer.snapshot()
        try setGradients(7)
        try store.entries[1].tensor.setGradient(Tensor.full([7], .nan))
        let norm = try GradientClipping.norm(optimizer.gradients())
        try optimizer.step(
            learningRate: 0.1,
            divisor: GradientClipping.divisor(norm: norm, maximum: 1),
            skip: GradientClipping.skip(unlessFinite: norm)
        )
        #expect(try store.entries.map { try $0.tensor.scalars(as: Float.self) } == values)
        let after = try optimizer.snapshot()
        #expect(after.stepCount == steps)
        for (name, tensor) in before.tensors {
            #expect(try distance(#require(after.tensors[name]), tensor) == 0)
        }
        try setGradients(8)
        try optimizer.step(learningRate: 0.1)
        #expect(try optimizer.stepCount() == steps + 1)
        #expect(try store.entries[0].tensor.isFinite().all().item() == 1)
    }

    @Test func continuesFromSnapshot() throws {
        let optimizer = try AdamW(store.entries)
        try setGradients(1)
        try optimizer.step(learningRate: 0.1)
        let state = try optimizer.snapshot()
        let values = try store.entries.map { try $0.tensor.detached().cloned() }
        try setGradients(2)
        try optimizer.step(learningRate: 0.1)
        let expected = try store.entries.map { try $0.tensor.scalars(as: Float.self) }

        for (entry, value) in zip(store.entries, values) {
            try withoutGradient { try entry.tensor.copy(from: value) }
        }
        let other = try AdamW(store.entries)
        try other.restore(state)
        try other.step(learningRate: 0.1)
        #expect(try store.entries.map { try $0.tensor.scalars(as: Float.self) } == expected)
        #expect(try other.stepCount() == 2)
        // The snapshot is a copy: the step above did not reach it.
        #expect(state.stepCount == 1)
        #expect(
            try distance(
                #require(state.tensors["first_moment.bias"]),
                #require(other.snapshot().tensors["first_moment.bias"])
            ) > 0
        )
    }

    @Test func foreignStatesAreRefusedWhole() throws {
        let optimizer = try AdamW(store.entries)
        try setGradients(1)
        try optimizer.step(learningRate: 0.1)
        let state = try optimizer.snapshot()
        var missing = state
        missing.tensors["second_moment.bias"] = nil
        #expect(throws: OptimizerError.missing("second_moment.bias")) { try optimizer.restore(missing) }
        var shape = state
        shape.tensors["first_moment.bias"] = try Tensor.zeros([8])
        #expect(throws: OptimizerError.shape("first_moment.bias", found: [8], expected: [7])) {
            try optimizer.restore(shape)
        }
        var unused = state
        unused.tensors["first_moment.other"] = try Tensor.zeros([1])
        #expect(throws: OptimizerError.unused(["first_moment.other"])) { try optimizer.restore(unused) }
        let now = try optimizer.snapshot()
        for (name, tensor) in state.tensors {
            #expect(try distance(#require(now.tensors[name]), tensor) == 0)
        }
    }

    @Test func parametersWithoutGradientKeepStill() throws {
        let optimizer = try AdamW(store.entries)
        let before: [Float] = try store.entries[0].tensor.scalars()
        try store.entries[1].tensor.setGradient(Tensor.ones([7]))
        #expect(optimizer.gradients().count == 1)
        try optimizer.step(learningRate: 0.1)
        #expect(try store.entries[0].tensor.scalars() == before)
        try optimizer.clearGradients()
        #expect(optimizer.gradients().isEmpty)
        try optimizer.step(learningRate: 0.1)
    }

    @Test func settingsAreChecked() {
        for options in [
            AdamWOptions(beta1: 1), AdamWOptions(beta2: -0.1), AdamWOptions(epsilon: 0),
            AdamWOptions(weightDecay: .nan),
        ] {
            #expect(throws: OptimizerError.self) { try AdamW(store.entries, options: options) }
        }
        #expect(throws: OptimizerError.self) { try AdamW(store.entries) { _ in -1 } }
    }

    @Test(
        arguments: [
            ("visual.conv1.weight", 4, true, true), ("visual.proj", 2, true, true),
            ("token_embedding.weight", 2, true, true), ("ln_final.weight", 1, false, false),
            ("positional_embedding", 2, false, true), ("visual.positional_embedding", 2, false, true),
            ("visual.class_embedding", 1, false, false), ("logit_scale", 0, false, false),
            ("visual.layer1.0.bn1.weight", 1, false, false), ("visual.ln_pool.weight", 2, true, false),
        ]
    )
    func decayRules(name: String, rank: Int, current: Bool, legacy: Bool) {
        #expect(DecayRule.current.decays(name: name, rank: rank) == current)
        #expect(DecayRule.legacy.decays(name: name, rank: rank) == legacy)
    }
}
