public import Torch
public import TorchNN

/// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101), one fused call a group.
///
/// θ ← θ·(1 − η·λ), m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// θ ← θ − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
public final class AdamW: Optimizer {
    /// What it trains.
    public let parameters: [ParameterStore.Entry]
    /// The settings.
    public let options: AdamWOptions
    /// Parameters that share decay and rate, for logs.
    public let groups: [ParameterGroup]
    private let slots: [[Slot]]
    /// float32 on the parameters' device, so that a skipped step needs no answer from it.
    private let steps: Tensor

    /// Parameters that are stepped alike.
    public struct ParameterGroup: Sendable, Equatable {
        /// The names, in the order of the store.
        public let names: [String]
        /// λ, and the factor on the learning rate.
        public let weightDecay, multiplier: Double
    }

    private struct Slot {
        let name: String
        let parameter, first, second: Tensor
    }

    /// Starts with zero moments.
    ///
    /// - Parameter multiplier: Scales the learning rate of a parameter by its name, for example the temperature's.
    /// - Throws: ``OptimizerError`` when a setting lies outside of its range.
    public init(
        _ parameters: [ParameterStore.Entry],
        options: AdamWOptions = AdamWOptions(),
        multiplier: (String) -> Double = { _ in 1 }
    ) throws {
        try options.validate()
        self.parameters = parameters
        self.options = options
        var keys: [(decays: Bool, multiplier: Double)] = []
        var members: [[Slot]] = []
        for entry in parameters {
            let factor = multiplier(entry.name)
            guard factor >= 0, factor.isFinite else {
                throw OptimizerError.setting(
                    "the rate multiplier of '\(entry.name)'",
                    found: factor,
                    expected: "0 or more"
                )
            }
            let key = (options.decayRule.decays(name: entry.name, rank: entry.tensor.rank), factor)
            let zeros = {
                try Tensor.zeros(entry.tensor.shape, dtype: entry.tensor.dtype, on: entry.tensor.device)
            }
            let slot = Slot(
                name: entry.name,
                parameter: entry.tensor,
                first: try zeros(),
                second: try zeros()
            )
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
                multiplier: key.multiplier
            )
        }
        steps = try Tensor.zeros([], on: parameters.first?.tensor.device ?? .cpu)
    }

    /// Steps taken, without those that were skipped. Waits for the device.
    public func stepCount() throws -> Int { Int(try steps.item()) }

    /// Moves every parameter that has a gradient. All share one step count.
    public func step(learningRate: Double, divisor: Tensor?, skip: Tensor?) throws {
        try withoutGradient {
            try steps.add(1)
            if let skip { try steps.subtract(skip) }
            // A step that is skipped first of all would divide by 1 − β⁰ = 0; nothing is written then, but the
            // kernel still wants a count.
            let count = try steps.clamped(to: 1...Double.infinity)
            for (group, slots) in zip(groups, slots) {
                let active = slots.compactMap { slot in slot.parameter.gradient.map { (slot, $0) } }
                guard !active.isEmpty else { continue }
                try TensorLists.adamW(
                    parameters: active.map(\.0.parameter),
                    gradients: active.map(\.1),
                    firstMoments: active.map(\.0.first),
                    secondMoments: active.map(\.0.second),
                    step: count,
                    settings: AdamWSettings(
                        learningRate: learningRate * group.multiplier,
                        beta1: options.beta1,
                        beta2: options.beta2,
                        weightDecay: group.weightDecay,
                        epsilon: options.epsilon
                    ),
                    divisor: divisor,
                    skip: skip
                )
            }
        }
    }

    /// Copies of both moments and the step count.
    public func snapshot() throws -> OptimizerState {
        OptimizerState(stepCount: try stepCount(), tensors: try copies(of: moments))
    }

    /// Continues from a snapshot.
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

    private var moments: [(name: String, tensor: Tensor)] {
        slots.joined().flatMap {
            [("first_moment.\($0.name)", $0.first), ("second_moment.\($0.name)", $0.second)]
        }
    }
}
