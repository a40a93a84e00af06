import Testing
import Torch
import TorchNN
import TorchOptim

@Suite struct NarrowStorageTests {
    private static let narrow = OptimizerStorage(moments: .bfloat16, seed: 7)

    private func makeStore(_ type: DType, rows: Int = 5) throws -> ParameterStore {
        let store = ParameterStore(.initialize(seed: 4)) { _, rank in rank >= 2 ? type : nil }
        _ = try store.root.parameter("weight", shape: [rows, 7], .normal(deviation: 1))
        _ = try store.root.parameter("other", shape: [rows, 7], .normal(deviation: 1))
        _ = try store.root.parameter("bias", shape: [7], .normal(deviation: 1))
        _ = try store.root.parameter("logit_scale", shape: [], .constant(2))
        return store
    }

    private func setGradients(_ store: ParameterStore, _ seed: Int) throws {
        for (index, entry) in store.entries.enumerated() {
            let gradient = try normal(entry.tensor.shape, seed: UInt64(seed * 10 + index)).to(
                entry.tensor.dtype
            )
            try entry.tensor.setGradient(gradient)
        }
    }

    private func values(_ store: ParameterStore) throws -> [[Float]] {
        try store.entries.map { try $0.tensor.scalars() }
    }

    @Test func typesFollowNamesAndRanks() throws {
        let store = try makeStore(.bfloat16)
        #expect(store.entries.map(\.tensor.dtype) == [.bfloat16, .bfloat16, .float32, .float32])
        #expect(store.dtype == .float32)
        let state = try AdamW(store.entries, storage: Self.narrow).snapshot()
        for (name, tensor) in state.tensors {
            let isMatrix = name.hasSuffix("weight") || name.hasSuffix("other")
            #expect(tensor.dtype == (isMatrix ? .bfloat16 : .float32), "\(name)")
        }
        let wide = ParameterStore(.initialize(seed: 1), dtype: .float64)
        _ = try wide.root.parameter("weight", shape: [2, 2], .ones)
        let wideState = try AdamW(wide.entries, storage: Self.narrow).snapshot()
        #expect(wideState.tensors.values.allSatisfy { $0.dtype == .float64 })
    }

    /// One step equals the float32 step on the stored values, up to one rounding.
    private func checkOneStep<Rule: UpdateRule>(_ options: Rule) throws {
        let store = try makeStore(.bfloat16)
        let wide = ParameterStore(
            .tensors(Dictionary(uniqueKeysWithValues: store.entries.map { ($0.name, $0.tensor) }))
        )
        for entry in store.entries {
            _ = try wide.root.parameter(entry.name, shape: entry.tensor.shape, .zeros)
        }
        let narrow = try GroupedOptimizer(store.entries, options: options, storage: Self.narrow)
        let reference = try GroupedOptimizer(wide.entries, options: options)
        try setGradients(store, 1)
        for (entry, other) in zip(store.entries, wide.entries) {
            // A copy, because the fused kernel divides gradients in place.
            try other.tensor.setGradient(#require(entry.tensor.gradient).to(.float32).cloned())
        }
        try narrow.step(learningRate: 0.1, divisor: .full([], 2))
        try reference.step(learningRate: 0.1, divisor: .full([], 2))
        let (found, expected) = (try narrow.snapshot().tensors, try reference.snapshot().tensors)
        var pairs = try expected.map { ($0.key, try #require(found[$0.key]), $0.value) }
        pairs += zip(store.entries, wide.entries).map { ($0.name, $0.tensor, $1.tensor) }
        for (name, found, expected) in pairs {
            let error = try withoutGradient { try (found.to(.float32) - expected).abs() }
            // bfloat16 keeps 8 bits: neighbours lie within 2⁻⁷ of a value.
            let bound = try withoutGradient { try expected.abs() * (1.0 / 128) + 1e-12 }
            #expect(try (error .<= bound).all().item() == 1, "\(name)")
            if found.dtype == .float32 { #expect(try distance(found, expected) == 0, "\(name)") }
        }
    }

    @Test func stepsAreComputedInFloat32() throws {
        try checkOneStep(AdamWOptions())
        try checkOneStep(LAMBOptions())
        try checkOneStep(LionOptions(weightDecay: 0.1))
        try checkOneStep(SGDOptions(nesterov: true, weightDecay: 0.1))
    }

    /// 5 steps, a snapshot, and 5 steps of another optimizer, beside 10: bit for bit.
    private func checkRestart<Rule: UpdateRule>(_ options: Rule) throws {
        let straight = try makeStore(.bfloat16), store = try makeStore(.bfloat16)
        let reference = try GroupedOptimizer(straight.entries, options: options, storage: Self.narrow)
        var optimizer = try GroupedOptimizer(store.entries, options: options, storage: Self.narrow)
        for step in 0..<10 {
            // A skipped step changes nothing and does not move the randomness on.
            let skip = try Tensor.full([], step == 3 ? 1 : 0)
            for (store, optimizer) in [(straight, reference), (store, optimizer)] {
                try setGradients(store, step)
                let before = try values(store)
                try optimizer.step(learningRate: 0.01, skip: skip)
                #expect(try (values(store) == before) == (step == 3))
            }
            if step == 4 {
                let state = try optimizer.snapshot()
                optimizer = try GroupedOptimizer(store.entries, options: options, storage: Self.narrow)
                try optimizer.restore(state)
            }
        }
        #expect(try values(store) == values(straight))
        let (found, expected) = (try optimizer.snapshot().tensors, try reference.snapshot().tensors)
        for (name, tensor) in expected {
            #expect(try distance(#require(found[name]), tensor) == 0, "\(name)")
        }
    }

    @Test func continuesFromSnapshotToTheBit() throws {
        try checkRestart(AdamWOptions())
        try checkRestart(LAMBOptions())
        try checkRestart(LionOptions())
        try checkRestart(SGDOptions())
    }

    @Test func roundingDependsOnSeedAndName() throws {
        func run(_ seed: UInt64) throws -> [[Float]] {
            let store = try makeStore(.bfloat16)
            // Equal values and gradients under two names.
            let (first, second) = (store.entries[0].tensor, store.entries[1].tensor)
            try withoutGradient { try second.copy(from: first) }
            let optimizer = try AdamW(
                store.entries,
                storage: OptimizerStorage(moments: .bfloat16, seed: seed)
            )
            for tensor in [first, second] {
                try tensor.setGradient(normal(tensor.shape, seed: 1).to(.bfloat16))
            }
            try optimizer.step(learningRate: 0.001)
            return try values(store)
        }
        let one = try run(1)
        #expect(try run(1) == one)
        #expect(try run(2)[0] != one[0])
        #expect(one[0] != one[1])
    }

    /// What rounding to nearest would lose: steps far below the last place of a weight add up.
    @Test func smallStepsAddUp() throws {
        let store = ParameterStore(.initialize(seed: 4)) { _, _ in .bfloat16 }
        let weight = try store.root.parameter("weight", shape: [300, 1000], .ones)
        let optimizer = try SGD(store.entries, options: SGDOptions(momentum: 0), storage: Self.narrow)
        for _ in 0..<100 {
            try weight.setGradient(.full([300, 1000], -1, dtype: .bfloat16))
            try optimizer.step(learningRate: 1e-4)
        }
        let mean = try withoutGradient { try weight.to(.float64).mean().item() }
        #expect(abs(mean - 1.01) < 1e-4)
    }

    /// More elements than are widened at a time.
    @Test func piecesAreSeamless() throws {
        let count = (1 << 18) + 77
        let stores = try [DType.float32, .bfloat16].map { type in
            let store = ParameterStore(.initialize(seed: 4)) { _, _ in type }
            _ = try store.root.parameter("weight", shape: [count, 1], .ones)
            return store
        }
        let gradient = try normal([count, 1], seed: 1).to(.bfloat16)
        for store in stores {
            let optimizer = try Lion(store.entries, options: LionOptions(weightDecay: 0))
            try store.entries[0].tensor.setGradient(gradient.to(store.entries[0].tensor.dtype))
            // A step that bfloat16 holds.
            try optimizer.step(learningRate: 0.25)
        }
        #expect(try distance(stores[0].entries[0].tensor, stores[1].entries[0].tensor) == 0)
    }

    @Test func statesOfAnotherWidthAreConverted() throws {
        let store = try makeStore(.float32)
        let narrow = try AdamW(store.entries, storage: Self.narrow)
        let wide = try AdamW(store.entries)
        try setGradients(store, 1)
        try narrow.step(learningRate: 0.1)
        try wide.restore(narrow.snapshot())
        let (first, second) = (try narrow.snapshot().tensors, try wide.snapshot().tensors)
        for (name, tensor) in second {
            #expect(tensor.dtype == .float32)
            #expect(try distance(tensor, #require(first[name])) == 0)
        }
    }

    @Test func averagesOfNarrowWeightsAreWide() throws {
        let store = try makeStore(.bfloat16)
        let average = try ExponentialMovingAverage(store.entries, decay: 0.999)
        let before = try values(store)
        for entry in store.entries { try withoutGradient { try entry.tensor.fill(3) } }
        try average.update()
        let averages = average.averages
        let first = try #require(averages["weight"])
        #expect(first.dtype == .float32)
        let expected = before[0].map { Double($0) + 0.001 * (3 - Double($0)) }
        #expect(try distance(first, Tensor(expected, shape: [5, 7])) < 1e-6)
        let kept = try averages.mapValues { try $0.scalars(as: Float.self) }
        let exchanged = try average.withAverages { try values(store) }
        #expect(try exchanged[0] == first.to(.bfloat16).scalars())
        #expect(exchanged[2] != [Float](repeating: 3, count: 7))
        #expect(try values(store).allSatisfy { $0.allSatisfy { $0 == 3 } })
        #expect(try average.averages.mapValues { try $0.scalars(as: Float.self) } == kept)
    }
}
