extension Recipe {
    /// Types that the towers compute in.
    public enum Precision: String, CaseIterable, Sendable {
        /// 32 bits.
        case float32
        /// 16 bits with float32's range; weights stay float32.
        case bfloat16
        /// bfloat16 where the device has it in hardware, otherwise float32.
        case automatic = "auto"
    }

    /// What the backward pass computes again instead of keeping it.
    public enum ActivationCheckpointing: String, CaseIterable, Sendable {
        /// Nothing.
        case none
        /// Each transformer block of both towers, from its input.
        case blocks
    }

    /// Exponential moving average of the weights.
    public struct WeightAverage: Equatable, Sendable {
        /// Share of the average that each step keeps.
        public var decay = 0.999

        /// Makes an average with the default decay.
        public init() {}
    }

    /// When to save, and how much to keep.
    public struct CheckpointPolicy: Equatable, Sendable {
        /// Time between checkpoints; one is always saved at the end and when interrupted.
        public var every: TrainingDuration = .epochs(1)
        /// Newest checkpoints that are kept.
        public var keep = 2

        /// Makes one checkpoint for each epoch, of which two are kept.
        public init() {}
    }

    /// When to write metrics.
    public struct Logging: Equatable, Sendable {
        /// Time between lines of `metrics.jsonl`.
        public var every: TrainingDuration = .steps(10)

        /// Makes a line for every ten steps.
        public init() {}
    }

    /// An evaluation during training.
    public struct Evaluation: Equatable, Sendable {
        /// Kinds of evaluation.
        public enum Kind: String, CaseIterable, Sendable {
            /// Zero-shot classification.
            case zeroshot
            /// Retrieval of images and texts.
            case retrieval
            /// Errors of the estimated normalizers over the training data.
            case normalizer
            /// Captions of an image that look for each other.
            case captions
        }

        /// The kind.
        public var kind: Kind = .zeroshot
        /// A directory for zero-shot, shards for retrieval, nothing for normalizers.
        public var data = ""
        /// Caption fields of a retrieval set; nil for those that training reads.
        public var captions: [String]?
        /// Whether each line of a field is a caption of its own; nil leaves it to the data's layout.
        public var captionPerLine: Bool?
        /// Time between evaluations; one always runs at the end.
        public var every: TrainingDuration = .epochs(1)
        /// What metrics call it where there are several of a kind; nil for what `data` says.
        public var name: String?

        /// Makes an evaluation with the required data still empty.
        public init() {}
    }
}

extension Recipe.Precision: RecipeChoice {
    static var otherNames: [String: Self] { ["bf16": .bfloat16] }
}
extension Recipe.ActivationCheckpointing: RecipeChoice {}
extension Recipe.Evaluation.Kind: RecipeChoice {}

extension Recipe.WeightAverage: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [.init("decay", \.decay, "Share of the average that each step keeps.", .within(0..<1))]
    }
}

extension Recipe.CheckpointPolicy: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "every",
                \.every,
                "Time between checkpoints; one is always saved at the end.",
                .positive,
                aliases: ["save_frequency", "everySteps", "everySeconds"]
            ),
            .init("keep", \.keep, "Newest checkpoints that are kept.", .atLeast(1)),
        ]
    }
}

extension Recipe.Logging: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "every",
                \.every,
                "Time between lines of `metrics.jsonl`.",
                .positive,
                aliases: ["everySteps", "log_every_n_steps"]
            )
        ]
    }
}

extension Recipe.Evaluation: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "kind",
                \.kind,
                "`zeroshot` classification, `retrieval`, errors of the estimated normalizers (`normalizer`), or, for a language "
                    + "model, caption retrieval accuracy (`captions`).",
                required: true
            ),
            .init(
                "data",
                \.data,
                "A directory in CLIP_benchmark's layout for `zeroshot`; shards for `retrieval` and `captions`; not for `normalizer`, which "
                    + "takes the training data."
            ),
            .init(
                "captions",
                \.captions,
                "Caption fields of a `retrieval` set, or the two fields of `captions`; `null` for those that training reads."
            ),
            .init(
                "captionPerLine",
                \.captionPerLine,
                "Whether each line of a field is a caption of its own; `null` leaves it to the data's layout."
            ),
            .init("every", \.every, "Time between evaluations; one always runs at the end.", .positive),
            .init(
                "name",
                \.name,
                "What metrics call it where there are several of its kind; `null` for what `data` says.",
                .notEmpty
            ),
        ]
    }

    func conflicts(at path: String) -> [RecipeProblem] {
        var problems: [RecipeProblem] = []
        if kind != .normalizer, data.isEmpty {
            problems.append(
                RecipeProblem(.missing(expected: "a path"), path: path.appending(key: "data"))
            )
        }
        if kind == .captions, captions?.count != 2 {
            let reason =
                "a caption looks for another one of its image: name two different fields, such as `[txt, title.txt]`."
            problems.append(
                RecipeProblem(.conflict(reason: reason), path: path.appending(key: "captions"))
            )
        }
        return problems
    }

    func ignored(at path: String) -> [RecipeWarning] {
        if kind == .captions, captionPerLine != nil {
            let reason = "the first text of a field counts."
            return [RecipeWarning(path: path.appending(key: "captionPerLine"), reason: reason)]
        }
        guard kind == .normalizer else { return [] }
        let reason = "normalizers are measured over the training data."
        return [
            ("data", !data.isEmpty), ("captions", captions != nil), ("captionPerLine", captionPerLine != nil),
        ]
        .filter(\.1).map { RecipeWarning(path: path.appending(key: $0.0), reason: reason) }
    }
}
