/// Parameters that are stepped alike.
public struct ParameterGroup: Sendable, Equatable {
    /// The names, in the order of the parameters.
    public let names: [String]
    /// λ, or 0 where these parameters do not decay.
    public let weightDecay: Double
    /// How their steps differ from others'.
    public let settings: ParameterSettings

    /// The factor on the learning rate.
    public var multiplier: Double { settings.multiplier }
}
