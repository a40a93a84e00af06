/// The settings of ``Lion`` that stay for a run.
public struct LionOptions: Sendable, Codable, Equatable {
    /// How much of the mean goes into a step, and how much of it survives.
    public var beta1, beta2: Double
    /// Decoupled decay, multiplied by the learning rate.
    public var weightDecay: Double
    /// Which parameters decay.
    public var decayRule: DecayRule

    /// Creates options; the betas are those of the paper.
    public init(
        beta1: Double = 0.9,
        beta2: Double = 0.99,
        weightDecay: Double = 1,
        decayRule: DecayRule = .current
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.weightDecay = weightDecay
        self.decayRule = decayRule
    }

    /// The defaults.
    public init() { self.init(weightDecay: 1) }
}
