public import Torch

/// Gradient descent with momentum, as PyTorch defines it.
///
/// d = g + λθ, m ← μm + d, θ ← θ − η·m, or with Nesterov's rule θ ← θ − η·(d + μm).
///
/// The decay is *coupled*: it is part of the gradient and goes through the momentum, unlike in ``AdamW`` and ``Lion``. A
/// parameter whose ``ParameterSettings/hasMomentum`` is false takes θ ← θ − η·d.
public typealias SGD = GroupedOptimizer<SGDOptions>

extension SGDOptions: UpdateRule {
    /// m, where there is momentum.
    public var moments: [String] { momentum == 0 ? [] : ["momentum"] }

    /// Checks the settings.
    public func validate() throws {
        try validateRange("momentum", momentum)
        try validateDecay()
    }

    /// One step in place.
    public func apply(_ update: ParameterUpdate, to group: ParameterGroup) throws {
        try update.sgd(momentum: group.settings.hasMomentum ? momentum : 0, nesterov: nesterov)
    }
}
