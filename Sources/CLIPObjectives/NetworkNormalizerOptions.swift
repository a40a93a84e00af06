/// The settings of a ``NetworkNormalizer``.
///
/// `prototypes`, `steps` and `restart` are the paper's; what it does not say is a setting with our default.
public struct NetworkNormalizerOptions: Sendable, Equatable {
    /// Prototypes of each side: `m`.
    public var prototypes: Int
    /// Steps on each batch: `T_u`.
    public var steps: Int
    /// Batches between restarts: `T_r`; nil for none after the first.
    public var restart: Int?
    /// AdaGrad's learning rate. Ours: the paper does not give it.
    public var learningRate: Double
    /// Added to the root of AdaGrad's accumulator. Ours.
    public var accumulatorEpsilon: Double
    /// Whether a restart forgets AdaGrad's accumulators. Ours.
    public var resetsAccumulators: Bool
    /// Whether gradients flow through the predictions into features and temperature. Ours: no.
    public var flowsThrough: Bool
    /// The largest ln of what a batch shows over what is predicted. Ours; it keeps weights finite.
    public var logRatioLimit: Double
    /// Seed of the choice of rows at restarts.
    public var seed: UInt64

    /// Creates settings.
    public init(
        prototypes: Int = 4096,
        steps: Int = 10,
        restart: Int? = 500,
        learningRate: Double = 1e-2,
        accumulatorEpsilon: Double = 1e-10,
        resetsAccumulators: Bool = true,
        flowsThrough: Bool = false,
        logRatioLimit: Double = 10,
        seed: UInt64 = 0
    ) {
        self.prototypes = prototypes
        self.steps = steps
        self.restart = restart
        self.learningRate = learningRate
        self.accumulatorEpsilon = accumulatorEpsilon
        self.resetsAccumulators = resetsAccumulators
        self.flowsThrough = flowsThrough
        self.logRatioLimit = logRatioLimit
        self.seed = seed
    }

    func validate() throws {
        func check(_ holds: Bool, _ name: String, _ found: Double, _ expected: String) throws {
            guard holds else { throw ObjectiveError.setting(name, found: found, expected: expected) }
        }
        try check(prototypes >= 1, "the number of prototypes", Double(prototypes), "1 or more")
        try check(steps >= 0, "the number of inner steps", Double(steps), "0 or more")
        try check(
            restart ?? 1 >= 1,
            "the number of batches between restarts",
            Double(restart ?? 1),
            "1 or more"
        )
        try check(learningRate >= 0, "the prototypes' learning rate", learningRate, "0 or more")
        try check(accumulatorEpsilon > 0, "the accumulators' epsilon", accumulatorEpsilon, "above 0")
        try check(logRatioLimit > 0, "the limit of the log ratio", logRatioLimit, "above 0")
    }
}
