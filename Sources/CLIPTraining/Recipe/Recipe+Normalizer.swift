import CLIPObjectives

extension Recipe.Objective {
    /// How moving averages of normalizers follow the batches: the rate γ by epoch, 1 in the first.
    public struct InnerRate: Equatable, Sendable {
        /// The course of γ after the first epoch.
        public enum Schedule: String, CaseIterable, Sendable {
            /// `minimum`.
            case constant
            /// Half a cosine from 1 to `minimum` over `decay`.
            case cosine
            /// Half a cosine over the whole run, to `min(1, 4.177 · epochs^-0.7265)`.
            case recommended
        }

        /// The course.
        public var schedule: Schedule = .cosine
        /// The smallest γ.
        public var minimum = 0.2
        /// When a cosine reaches its minimum.
        public var decay: TrainingDuration = .percent(50)

        /// Makes FastCLIP's course.
        public init() {}
    }

    /// The network that predicts normalizers.
    public struct Network: Equatable, Sendable {
        /// What gradients do at the predictions.
        public enum Flow: String, CaseIterable, Sendable {
            /// They take predictions for constants.
            case stop
            /// They flow through predictions into features and temperature.
            case through
        }

        /// Prototypes of each side.
        public var prototypes = 4096
        /// Steps on each batch.
        public var steps = 10
        /// Batches between restarts; nil for none.
        public var restart: Int? = 500
        /// AdaGrad's learning rate.
        public var rate = 1e-2
        /// Whether a restart forgets AdaGrad's accumulators.
        public var resetAccumulators = true
        /// What gradients do at the predictions.
        public var flow: Flow = .stop
        /// The largest ln of what a batch shows over what is predicted.
        public var logRatioLimit = 10.0

        /// Makes NeuCLIP's settings.
        public init() {}
    }
}

extension Recipe.Objective.InnerRate.Schedule: RecipeChoice {}
extension Recipe.Objective.Network.Flow: RecipeChoice {}

extension Recipe.Objective.InnerRate: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "schedule",
                \.schedule,
                "The rate γ after the first epoch, in which it is 1: `constant`, a `cosine` down to `minimum`, or "
                    + "`recommended`: a cosine over the whole run to min(1, 4.177 · epochs^-0.7265)."
            ),
            .init(
                "minimum",
                \.minimum,
                "The smallest γ (with `constant`, γ itself): how much of each new batch counts.",
                RecipeCheck(rule: "greater than 0 and at most 1") { $0 > 0 && $0 <= 1 },
                aliases: ["gamma_min", "gamma"]
            ),
            .init(
                "decay",
                \.decay,
                "When a cosine reaches its minimum; a share of the run needs a `length` in epochs, steps or samples.",
                .positive
            ),
        ]
    }

    func ignored(at path: String) -> [RecipeWarning] {
        let plain = Self()
        let reason = "the schedule is `\(schedule.rawValue)` (`\(path).schedule`)."
        let keys = [
            ("decay", schedule != .cosine && decay != plain.decay),
            ("minimum", schedule == .recommended && minimum != plain.minimum),
        ]
        return keys.filter(\.1).map { RecipeWarning(path: path.appending(key: $0.0), reason: reason) }
    }
}

extension Recipe.Objective.Network: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init("prototypes", \.prototypes, "Prototypes of each side, m.", .within(1...1 << 24)),
            .init("steps", \.steps, "Steps of the network on each batch, T_u.", .within(0...10_000)),
            .init(
                "restart",
                \.restart,
                "Batches after which the prototypes start again from embeddings, T_r; `null` for never.",
                .atLeast(1)
            ),
            .init(
                "rate",
                \.rate,
                "AdaGrad's learning rate for the prototypes. Ours: the paper gives none.",
                .above(0)
            ),
            .init(
                "resetAccumulators",
                \.resetAccumulators,
                "Whether a restart forgets AdaGrad's accumulators. The paper does not specify it."
            ),
            .init(
                "flow",
                \.flow,
                "Whether gradients `stop` at predictions or flow `through` them into the features. The paper does not "
                    + "specify it."
            ),
            .init(
                "logRatioLimit",
                \.logRatioLimit,
                "Largest logarithm of the batch's own estimate over a prediction; a lower prediction is raised, which keeps "
                    + "weights finite. Ours.",
                .above(0)
            ),
        ]
    }
}

extension NetworkNormalizerOptions {
    init(_ network: Recipe.Objective.Network, seed: UInt64) {
        self.init(
            prototypes: network.prototypes,
            steps: network.steps,
            restart: network.restart,
            learningRate: network.rate,
            resetsAccumulators: network.resetAccumulators,
            flowsThrough: network.flow == .through,
            logRatioLimit: network.logRatioLimit,
            seed: seed
        )
    }
}
