/// The settings of ``SGD`` that stay for a run.
public struct SGDOptions: Sendable, Codable, Equatable {
    /// μ: how much of the last steps goes into the next one.
    public var momentum: Double
    /// Whether the momentum is applied ahead of the gradient.
    public var nesterov: Bool
    /// Coupled decay: part of the parameter that is added to its gradient.
    public var weightDecay: Double
    /// Which parameters decay.
    public var decayRule: DecayRule

    /// Creates options.
    public init(
        momentum: Double = 0.9,
        nesterov: Bool = false,
        weightDecay: Double = 0,
        decayRule: DecayRule = .current
    ) {
        self.momentum = momentum
        self.nesterov = nesterov
        self.weightDecay = weightDecay
        self.decayRule = decayRule
    }

    /// The defaults.
    public init() { self.init(momentum: 0.9) }
}
