/// How the steps of one parameter differ from those of others.
public struct ParameterSettings: Sendable, Equatable {
    /// Scales the learning rate.
    public var multiplier: Double
    /// The name under which each step gives these parameters a rate of their own; nil for the rate of all.
    public var schedule: String?
    /// False for plain steps where the rule has a momentum that can be left out (``SGDOptions``).
    public var hasMomentum: Bool

    /// Creates settings; the defaults are those of an ordinary parameter.
    public init(multiplier: Double = 1, schedule: String? = nil, hasMomentum: Bool = true) {
        self.multiplier = multiplier
        self.schedule = schedule
        self.hasMomentum = hasMomentum
    }
}
