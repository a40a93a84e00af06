public import Torch

/// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101), one fused call a group.
///
/// θ ← θ·(1 − η·λ), m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// θ ← θ − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
public typealias AdamW = GroupedOptimizer<AdamWOptions>

extension AdamWOptions: UpdateRule {
    /// m and v.
    public var moments: [String] { ["first_moment", "second_moment"] }

    /// Checks the settings.
    public func validate() throws {
        try validateRange("beta1", beta1)
        try validateRange("beta2", beta2)
        try validateEpsilon(epsilon)
        try validateDecay()
    }

    /// One step in place.
    public func apply(_ update: ParameterUpdate, to group: ParameterGroup) throws {
        try update.adamW(beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
}
