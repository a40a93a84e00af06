/// The settings of ``AdamW`` that stay for a run.
public struct AdamWOptions: Sendable, Codable, Equatable {
    /// How much of the moments survives each step.
    public var beta1, beta2: Double
    /// Added to the root of the second moment.
    public var epsilon: Double
    /// Decoupled decay, multiplied by the learning rate.
    public var weightDecay: Double
    /// Which parameters decay.
    public var decayRule: DecayRule

    /// Creates options; the defaults are those of the CLIP paper's ViT models.
    public init(
        beta1: Double = 0.9,
        beta2: Double = 0.98,
        epsilon: Double = 1e-6,
        weightDecay: Double = 0.2,
        decayRule: DecayRule = .current
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.decayRule = decayRule
    }

    /// The defaults.
    public init() { self.init(weightDecay: 0.2) }
}
