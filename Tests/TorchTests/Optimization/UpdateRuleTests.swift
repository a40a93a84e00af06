import Testing
import Torch
import TorchNN
import TorchOptim

/// LAMB, Lion and SGD beside their formulas on plain numbers, through clipping, a skipped step and a restart.
@Suite struct UpdateRuleTests {
    private func makeStore(_ dtype: DType) throws -> ParameterStore {
        let store = ParameterStore(.initialize(seed: 4), dtype: dtype)
        _ = try store.root.parameter("weight", shape: [5, 7], .normal(deviation: 1))
        _ = try store.root.parameter("zero", shape: [3, 2], .zeros)
        _ = try store.root.parameter("bias", shape: [7], .normal(deviation: 1))
        _ = try store.root.parameter("logit_scale", shape: [], .constant(2))
        return store
    }

    private static func settings(_ name: String) -> ParameterSettings {
        name == "logit_scale"
            ? ParameterSettings(multiplier: 0.1, schedule: "temperature", hasMomentum: false)
            : ParameterSettings()
    }

    /// Eight steps; the fourth is skipped, and a new optimizer goes on after the fifth.
    private func check<Plain: PlainRule>(
        _: Plain.Type,
        _ options: Plain.Options,
        _ dtype: DType,
        within tolerance: Double
    ) throws {
        let store = try makeStore(dtype)
        var optimizer = try GroupedOptimizer(store.entries, options: options, settings: Self.settings)
        #expect(optimizer.groups.map(\.names) == [["weight", "zero"], ["bias"], ["logit_scale"]])
        #expect(optimizer.groups.map(\.weightDecay) == [options.weightDecay, 0, 0])
        var plain = try store.entries.map { Plain(try $0.tensor.scalars()) }
        for step in 0..<8 {
            let isSkipped = step == 3
            let rate = 0.05 / Double(step + 1)
            for (index, entry) in store.entries.enumerated() {
                let gradient = try normal(entry.tensor.shape, seed: UInt64(step * 10 + index), dtype: dtype)
                if isSkipped { try gradient.fill(.nan) }
                try entry.tensor.setGradient(gradient)
                guard !isSkipped else { continue }
                plain[index].move(
                    try gradient.scalars(as: Double.self).map { $0 / 2.5 },
                    rate: index == 3 ? 0.1 * 0.3 / 3 : rate,
                    decay: index < 2 ? options.weightDecay : 0,
                    hasMomentum: index != 3,
                    options
                )
            }
            try optimizer.step(
                learningRate: rate,
                rates: [
                    "temperature": ScheduledRate(0.3, factor: .full([], 1.0 / 3)), "other": ScheduledRate(9),
                ],
                divisor: .full([], 2.5),
                skip: .full([], isSkipped ? 1 : 0)
            )
            if step == 4 {
                let state = try optimizer.snapshot()
                #expect(state.stepCount == 4)
                optimizer = try GroupedOptimizer(store.entries, options: options, settings: Self.settings)
                try optimizer.restore(state)
            }
        }
        for (entry, plain) in zip(store.entries, plain) {
            let error = try distance(entry.tensor, Tensor(plain.value, shape: entry.tensor.shape))
            #expect(error < tolerance, "\(entry.name)")
        }
        #expect(try optimizer.stepCount() == 7)
    }

    /// In float64 what is left is the float32 of the factor on the temperature's rate.
    @Test(arguments: [(DType.float64, 1e-8), (.float32, 3e-6)])
    func lambFollowsTheFormula(dtype: DType, tolerance: Double) throws {
        for decay in [0, 0.3] {
            let options = LAMBOptions(beta1: 0.8, beta2: 0.95, epsilon: 1e-4, weightDecay: decay)
            try check(PlainLAMB.self, options, dtype, within: tolerance)
        }
    }

    @Test(arguments: [(DType.float64, 1e-8), (.float32, 3e-6)])
    func lionFollowsTheFormula(dtype: DType, tolerance: Double) throws {
        for decay in [0, 0.3] {
            let options = LionOptions(beta1: 0.8, beta2: 0.95, weightDecay: decay)
            try check(PlainLion.self, options, dtype, within: tolerance)
        }
    }

    @Test(arguments: [(DType.float64, 1e-8), (.float32, 3e-6)])
    func sgdFollowsTheFormula(dtype: DType, tolerance: Double) throws {
        for options in [
            SGDOptions(momentum: 0), SGDOptions(momentum: 0.7, weightDecay: 0.3),
            SGDOptions(momentum: 0.7, nesterov: true, weightDecay: 0.3),
        ] {
            try check(PlainSGD.self, options, dtype, within: tolerance)
        }
    }

    @Test func adamWTakesAFactorOnItsRate() throws {
        let (first, second) = (try makeStore(.float32), try makeStore(.float32))
        let optimizers = try [first, second].map { try AdamW($0.entries, settings: Self.settings) }
        for (store, optimizer, rate) in [
            (first, optimizers[0], ScheduledRate(0.25)),
            (second, optimizers[1], ScheduledRate(1, factor: try .full([], 0.25))),
        ] {
            for (index, entry) in store.entries.enumerated() {
                try entry.tensor.setGradient(normal(entry.tensor.shape, seed: UInt64(index)))
            }
            try optimizer.step(learningRate: 0.1, rates: ["temperature": rate], divisor: nil, skip: nil)
        }
        for (first, second) in zip(first.entries, second.entries) {
            #expect(try distance(first.tensor, second.tensor) < 1e-7)
        }
        #expect(try #require(first["logit_scale"]).item() < 2)
    }

    @Test func aScheduleThatIsNotGivenIsTheRateOfAll() throws {
        let store = try makeStore(.float64)
        let optimizer = try SGD(store.entries, options: SGDOptions(momentum: 0), settings: Self.settings)
        let scale = try #require(store["logit_scale"])
        try scale.setGradient(.full([], 1, dtype: .float64))
        try optimizer.step(learningRate: 0.5)
        #expect(try abs(scale.item() - 1.95) < 1e-12)
    }

    /// Zero gradients, zero parameters and parameters without elements move nothing into NaN.
    @Test func zerosStayFinite() throws {
        func check<Rule: UpdateRule>(_ options: Rule) throws {
            let store = ParameterStore(.initialize(seed: 1))
            for (name, shape) in [("matrix", [2, 3]), ("empty", [0, 3]), ("scalar", [])] {
                _ = try store.root.parameter(name, shape: shape, .zeros)
            }
            let optimizer = try GroupedOptimizer(store.entries, options: options)
            for _ in 0..<3 {
                for entry in store.entries { try entry.tensor.setGradient(.zeros(entry.tensor.shape)) }
                try optimizer.step(learningRate: 0.1)
            }
            for entry in store.entries {
                #expect(try distance(entry.tensor, .zeros(entry.tensor.shape)) == 0)
            }
        }
        try check(AdamWOptions())
        try check(LAMBOptions())
        try check(LionOptions())
        try check(SGDOptions(nesterov: true, weightDecay: 0.1))
    }

    @Test func settingsAreChecked() throws {
        let entries = try makeStore(.float32).entries
        for options in [
            LAMBOptions(beta1: 1), LAMBOptions(beta2: .nan), LAMBOptions(epsilon: 0),
            LAMBOptions(weightDecay: -1),
        ] {
            #expect(throws: OptimizerError.self) { try LAMB(entries, options: options) }
        }
        for options in [LionOptions(beta1: -0.1), LionOptions(beta2: 1), LionOptions(weightDecay: .infinity)]
        {
            #expect(throws: OptimizerError.self) { try Lion(entries, options: options) }
        }
        for options in [SGDOptions(momentum: 1), SGDOptions(momentum: .nan), SGDOptions(weightDecay: -1)] {
            #expect(throws: OptimizerError.self) { try SGD(entries, options: options) }
        }
        #expect(throws: OptimizerError.self) { try Lion(entries) { _ in .infinity } }
    }

    @Test func statesOfAnotherRuleAreRefused() throws {
        let entries = try makeStore(.float32).entries
        let state = try Lion(entries).snapshot()
        #expect(state.tensors.keys.sorted() == entries.map { "moment.\($0.name)" }.sorted())
        #expect(throws: OptimizerError.missing("momentum.weight")) { try SGD(entries).restore(state) }
        #expect(try SGD(entries, options: SGDOptions(momentum: 0)).snapshot().tensors.isEmpty)
        #expect(throws: OptimizerError.self) {
            try SGD(entries, options: SGDOptions(momentum: 0)).restore(state)
        }
    }
}
