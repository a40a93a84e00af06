/// The settings of ``LAMB`` that stay for a run.
public struct LAMBOptions: Sendable, Codable, Equatable {
    /// How much of the moments survives each step.
    public var beta1, beta2: Double
    /// Added to the root of the second moment.
    public var epsilon: Double
    /// Part of the parameter that is added to Adam's direction before it is scaled.
    public var weightDecay: Double
    /// Which parameters decay, and so are scaled by their norm.
    public var decayRule: DecayRule

    /// Creates options; the defaults are those of the paper.
    public init(
        beta1: Double = 0.9,
        beta2: Double = 0.999,
        epsilon: Double = 1e-6,
        weightDecay: Double = 0.01,
        decayRule: DecayRule = .current
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.decayRule = decayRule
    }

    /// The defaults.
    public init() { self.init(weightDecay: 0.01) }
}
