extension Recipe {
    /// A part of a run with a length, settings and perhaps a model of its own.
    public struct Stage: Equatable, Sendable {
        /// Its name in progress, reports and messages.
        public var name = ""
        /// Where its model comes from.
        public var start = StageStart()
        /// What becomes of the state of the stage before.
        public var carry = Carry()
        /// The stage's recipe, complete: its own values and the run's. Its ``Recipe/stages`` are empty.
        public var recipe = Recipe()

        /// Makes a stage without a name.
        public init() {}
    }

    /// Where a stage's model comes from.
    public struct StageStart: Equatable, Sendable {
        /// Kinds of starts.
        public enum Kind: String, CaseIterable, Sendable {
            /// The model of the stage before; in the first stage, as `model` says.
            case continuing = "continue"
            /// A new model, as the stage's `model` says.
            case initialize
            /// The model of the stage before, grown.
            case grow
        }

        /// The kind.
        public var kind: Kind = .continuing

        /// Continues with the model of the stage before.
        public init() {}
    }

    /// What becomes of the state of the stage before.
    public struct Carry: Equatable, Sendable {
        /// What becomes of tensors that belong to parameters.
        public enum Tensors: String, CaseIterable, Sendable {
            /// They start again.
            case reset
            /// They stay as they are.
            case keep
            /// They follow the parameters of a model that changed its shape.
            case map
        }

        /// What becomes of everything else.
        public enum Rest: String, CaseIterable, Sendable {
            /// It stays as it is.
            case keep
            /// It starts again.
            case reset
        }

        /// The optimizer's moments and its count of steps.
        public var optimizer: Tensors = .reset
        /// The average of the weights; nil for `keep` where the model continues, and `reset` where it is a new one.
        public var ema: Tensors?
        /// What the loss remembers; nil as for ``ema``.
        public var normalizer: Rest?
        /// The count of epochs, and the place in the stream of samples.
        public var epoch: Rest = .keep

        /// Keeps everything but the optimizer's moments.
        public init() {}
    }
}

extension Recipe.Stage {
    /// Whether the stage, as number `number` of the run, goes on with the model of the stage before.
    func continuesModel(at number: Int) -> Bool { number > 0 && start.kind == .continuing }

    /// What becomes of the average of the weights.
    var carriedAverage: Recipe.Carry.Tensors { carry.ema ?? (start.kind == .initialize ? .reset : .keep) }
    /// What becomes of what the loss remembers.
    var carriedNormalizer: Recipe.Carry.Rest {
        carry.normalizer ?? (start.kind == .initialize ? .reset : .keep)
    }
}

extension Recipe {
    /// The stages of the run; a recipe without `stages` is one.
    var allStages: [Stage] {
        guard stages.isEmpty else { return stages }
        var only = Stage()
        only.recipe = self
        return [only]
    }
}

extension Recipe {
    /// Puts another recipe in the place of a stage's; a recipe without `stages` is one.
    mutating func replaceStage(_ number: Int, by recipe: Recipe) {
        if stages.isEmpty { self = recipe } else { stages[number].recipe = recipe }
    }
}

extension Recipe.StageStart.Kind: RecipeChoice {}
extension Recipe.Carry.Tensors: RecipeChoice {}
extension Recipe.Carry.Rest: RecipeChoice {}

extension Recipe.StageStart: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "kind",
                \.kind,
                "`continue` with the model of the stage before, or `initialize` a new one as `model` says. `grow` is "
                    + "not available yet."
            )
        ]
    }
}

extension Recipe.Carry: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "optimizer",
                \.optimizer,
                "The optimizer's moments and count of steps: `reset` or `keep`. `map` is not available yet."
            ),
            .init(
                "ema",
                \.ema,
                "The average of the weights; `null` is `keep` where the stage continues, `reset` where it initializes."
            ),
            .init(
                "normalizer",
                \.normalizer,
                "What the loss remembers: averages and temperatures of samples, prototypes; `null` as for `ema`."
            ),
            .init(
                "epoch",
                \.epoch,
                "The count of epochs and the place in the stream of samples: `keep` runs on, `reset` starts a stream "
                    + "of the stage's own."
            ),
        ]
    }
}

/// The keys of a stage that are not keys of a recipe, and its length.
struct StageHead: RecipeSection {
    var name = ""
    var length: TrainingDuration = .epochs(1)
    var start = Recipe.StageStart()
    var carry = Recipe.Carry()

    static var fields: [RecipeField<Self>] {
        [
            .init(
                "name",
                \.name,
                "The stage's name in progress, reports and messages.",
                .stageName,
                required: true
            ),
            .init(
                "length",
                \.length,
                "How long the stage trains; schedules and percentages run over it.",
                .positive,
                required: true
            ),
            .init("start", \.start, "Where the stage's model comes from."),
            .init("carry", \.carry, "What becomes of the state of the stage before."),
        ]
    }
}

extension RecipeCheck where Value == String {
    static var stageName: Self {
        Self(rule: "letters, digits, `-` and `_`") { name in
            !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        }
    }
}
