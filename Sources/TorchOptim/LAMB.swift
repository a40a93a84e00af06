public import Torch

/// Adam's direction, scaled by the norm of each parameter (You et al., arXiv:1904.00962).
///
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², r = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε) + λθ,
/// θ ← θ − η · φ · r, with φ = ‖θ‖ / ‖r‖ for a parameter that decays, and 1 where one of the norms is 0 or λ is 0.
///
/// The ratio φ is not bounded. Norms are those of a whole parameter, so that a step takes a few temporary tensors of its
/// size.
public typealias LAMB = GroupedOptimizer<LAMBOptions>

extension LAMBOptions: UpdateRule {
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
        try update.lamb(beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
}
