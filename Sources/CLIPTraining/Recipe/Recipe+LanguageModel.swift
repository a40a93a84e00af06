public import CLIPLanguage

extension Recipe {
    /// Low-rank changes (LoRA) of a language model, which are what is trained of it.
    public struct Adapter: Equatable, Sendable {
        /// Inner width.
        public var rank = 16
        /// `alpha / rank` multiplies the change.
        public var alpha = 32.0
        /// Share of its inputs that is left out in training.
        public var dropout = 0.05
        /// The projections that it changes, by the last part of their names.
        public var targets = LowRankAdapter.Options().targets

        /// Makes LLM2CLIP's adapter.
        public init() {}

        /// The settings as the language model takes them.
        public var options: LowRankAdapter.Options {
            var options = LowRankAdapter.Options()
            (options.rank, options.alpha, options.dropout, options.targets) = (rank, alpha, dropout, targets)
            return options
        }
    }

    /// How texts become vectors of a language model.
    public struct SentenceVectors: Equatable, Sendable {
        /// What is put around a text.
        public var wrapper = SentenceEncoding.Wrapper.plain
        /// Which hidden states make the vector.
        public var pooling = SentenceEncoding.Pooling.mean
        /// Whether a token sees only what precedes it.
        public var causal = false
        /// The most tokens of a text with everything around it.
        public var maximumTokens = 512

        /// Makes LLM2CLIP's way.
        public init() {}

        /// The settings as the encoder takes them.
        public var encoding: SentenceEncoding {
            var encoding = SentenceEncoding()
            encoding.wrapper = wrapper
            encoding.pooling = pooling
            encoding.isCausal = causal
            encoding.maximumTokens = maximumTokens
            return encoding
        }
    }
}

extension SentenceEncoding.Pooling: RecipeChoice {}
extension SentenceEncoding.Wrapper: RecipeChoice {}

extension Recipe.Adapter: RecipeSection {
    static var fields: [RecipeField<Self>] {
        let targets = LowRankAdapter.Options().targets
        return [
            .init("rank", \.rank, "Inner width of the pairs of matrices.", .within(1...4096), aliases: ["r"]),
            .init(
                "alpha",
                \.alpha,
                "`alpha / rank` multiplies the change.",
                .above(0),
                aliases: ["lora_alpha"]
            ),
            .init(
                "dropout",
                \.dropout,
                "Share of an adapter's inputs that is left out in training.",
                .within(0..<1),
                aliases: ["lora_dropout"]
            ),
            .init(
                "targets",
                \.targets,
                "The projections that are changed, by the last part of their names.",
                RecipeCheck(rule: "a list of some of \(targets.joined(separator: ", ")), each once") {
                    names in
                    !names.isEmpty && Set(names).count == names.count && names.allSatisfy(targets.contains)
                },
                aliases: ["target_modules"]
            ),
        ]
    }
}

extension Recipe.SentenceVectors: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "wrapper",
                \.wrapper,
                "The user turn that is put around a text, for models that were taught to follow instructions: that of Llama 3, "
                    + "ChatML (Qwen2, SmolLM2) or Mistral; `plain` for none."
            ),
            .init("pooling", \.pooling, "Which hidden states of a text's tokens make its vector."),
            .init("causal", \.causal, "Whether a token sees only what precedes it, as in generation."),
            .init(
                "maximumTokens",
                \.maximumTokens,
                "Most tokens of a text with everything around it.",
                .within(8...1 << 17),
                aliases: ["max_length", "maxTokens"]
            ),
        ]
    }
}
