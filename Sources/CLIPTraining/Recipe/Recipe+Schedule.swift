import TorchOptim

extension Recipe {
    /// The learning rate over the run.
    public struct Schedule: Equatable, Sendable {
        /// Shapes after the warm-up.
        public enum Kind: String, CaseIterable, Sendable {
            /// Half a cosine from the peak to `minimum`.
            case cosine
            /// The peak to the end.
            case constant
            /// A line from the peak to `minimum`.
            case linear

            /// The formula.
            var shape: LearningRateSchedule.Shape {
                switch self {
                case .cosine: .cosine
                case .constant: .constant
                case .linear: .linear
                }
            }
        }

        /// The shape after the warm-up.
        public var kind: Kind = .cosine
        /// Linear rise from 0 at the start.
        public var warmup: TrainingDuration = .steps(0)
        /// Learning rate at the end of the fall.
        public var minimum = 0.0

        /// Makes a cosine without warm-up.
        public init() {}
    }
}

extension Recipe.Schedule.Kind: RecipeChoice {}

extension Recipe.Schedule: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "kind",
                \.kind,
                "After the warm-up: a `cosine` or a `linear` fall to `minimum`, or `constant`."
            ),
            .init(
                "warmup",
                \.warmup,
                "Linear rise of the learning rate at the start.",
                aliases: ["warmup_steps"]
            ),
            .init(
                "minimum",
                \.minimum,
                "Learning rate at the end of the fall.",
                .atLeast(0),
                aliases: ["lr_min"]
            ),
        ]
    }

    func ignored(at path: String) -> [RecipeWarning] {
        guard kind == .constant, minimum != 0 else { return [] }
        let reason = "a constant schedule does not fall (`\(path).kind`)."
        return [RecipeWarning(path: "\(path).minimum", reason: reason)]
    }
}
