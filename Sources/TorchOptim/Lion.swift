public import Torch

/// Steps of one size along the sign of a moving mean (Chen et al., arXiv:2302.06675).
///
/// θ ← θ·(1 − η·λ) − η · sign(β₁m + (1 − β₁)g), then m ← β₂m + (1 − β₂)g; sign(0) = 0.
public typealias Lion = GroupedOptimizer<LionOptions>

extension LionOptions: UpdateRule {
    /// m.
    public var moments: [String] { ["moment"] }

    /// Checks the settings.
    public func validate() throws {
        try validateRange("beta1", beta1)
        try validateRange("beta2", beta2)
        try validateDecay()
    }

    /// One step in place.
    public func apply(_ update: ParameterUpdate, to group: ParameterGroup) throws {
        try update.lion(beta1: beta1, beta2: beta2)
    }
}
