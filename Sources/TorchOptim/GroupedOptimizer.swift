public import Torch
public import TorchNN

/// An optimizer of any rule: groups of parameters that are stepped alike, moments, and their saving.
public final class GroupedOptimizer<Rule: UpdateRule>: Optimizer {
    /// What it trains.
    public let parameters: [ParameterStore.Entry]
    /// The settings.
    public let options: Rule
    /// Parameters that share decay, rate and schedule, in the order of their first ones.
    public let groups: [ParameterGroup]
    private let slots: [[ParameterSlot]]
    /// float32 on the parameters' device, so that a skipped step needs no answer from it.
    private let steps: Tensor

    /// Starts with zero moments.
    ///
    /// - Parameters:
    ///   - storage: How moments are kept, and the seed of the rounding.
    ///   - settings: How a parameter's steps differ from others', by its name.
    /// - Throws: ``OptimizerError`` when a setting lies outside of its range.
    public init(
        _ parameters: [ParameterStore.Entry],
        options: Rule = Rule(),
        storage: OptimizerStorage = OptimizerStorage(),
        settings: (String) -> ParameterSettings
    ) throws {
        try options.validate()
        self.parameters = parameters
        self.options = options
        var keys: [(decays: Bool, settings: ParameterSettings)] = []
        var members: [[ParameterSlot]] = []
        for entry in parameters {
            let own = settings(entry.name)
            guard own.multiplier >= 0, own.multiplier.isFinite else {
                throw OptimizerError.setting(
                    "the rate multiplier of '\(entry.name)'",
                    found: own.multiplier,
                    expected: "0 or more"
                )
            }
            let key = (options.decayRule.decays(name: entry.name, rank: entry.tensor.rank), own)
            let slot = try ParameterSlot(entry, moments: options.moments, storage: storage)
            if let index = keys.firstIndex(where: { $0 == key }) {
                members[index].append(slot)
            } else {
                keys.append(key)
                members.append([slot])
            }
        }
        slots = members
        groups = zip(keys, members).map { key, slots in
            ParameterGroup(
                names: slots.map(\.name),
                weightDecay: key.decays ? options.weightDecay : 0,
                settings: key.settings
            )
        }
        steps = try Tensor.zeros([], on: parameters.first?.tensor.device ?? .cpu)
    }

    /// Starts with zero moments.
    ///
    /// - Parameter multiplier: Scales the learning rate of a parameter by its name, for example the temperature's.
    /// - Throws: ``OptimizerError`` when a setting lies outside of its range.
    public convenience init(
        _ parameters: [ParameterStore.Entry],
        options: Rule = Rule(),
        storage: OptimizerStorage = OptimizerStorage(),
        multiplier: (String) -> Double = { _ in 1 }
    ) throws {
        try self.init(parameters, options: options, storage: storage) { (name: String) -> ParameterSettings in
            ParameterSettings(multiplier: multiplier(name))
        }
    }

    /// Steps taken, without those that were skipped. Waits for the device.
    public func stepCount() throws -> Int { Int(try steps.item()) }

    /// Moves every parameter that has a gradient. All share one step count.
    public func step(
        learningRate: Double,
        rates: [String: ScheduledRate],
        divisor: Tensor?,
        skip: Tensor?
    ) throws {
        try withoutGradient {
            try steps.add(1)
            if let skip { try steps.subtract(skip) }
            // A step that is skipped first of all would divide by 1 − β⁰ = 0; nothing is written then, but the
            // kernels still want a count.
            let count = try steps.clamped(to: 1...Double.infinity)
            for (group, slots) in zip(groups, slots) {
                let active = slots.compactMap { slot in slot.parameter.gradient.map { (slot, $0) } }
                guard !active.isEmpty else { continue }
                let rate = group.settings.schedule.flatMap { rates[$0] } ?? ScheduledRate(learningRate)
                let update = ParameterUpdate(
                    parameters: active.map(\.0.parameter),
                    gradients: active.map(\.1),
                    moments: options.moments.indices.map { index in active.map { $0.0.moments[index].tensor }
                    },
                    keys: active.map(\.0.key),
                    step: count,
                    learningRate: rate.value * group.multiplier,
                    weightDecay: group.weightDecay,
                    rateFactor: rate.factor,
                    divisor: divisor,
                    skip: skip
                )
                try options.apply(update, to: group)
            }
        }
    }

    /// Copies of all moments and the step count.
    public func snapshot() throws -> OptimizerState {
        OptimizerState(stepCount: try stepCount(), tensors: try copies(of: moments))
    }

    /// Continues from a snapshot. Moments that were kept in another type are converted.
    public func restore(_ state: OptimizerState) throws {
        guard state.stepCount >= 0 else {
            throw OptimizerError.setting(
                "the step count",
                found: Double(state.stepCount),
                expected: "0 or more"
            )
        }
        try restoreTensors(state.tensors, into: moments)
        try steps.fill(Double(state.stepCount))
    }

    private var moments: [(name: String, tensor: Tensor)] { slots.joined().flatMap(\.moments) }
}
