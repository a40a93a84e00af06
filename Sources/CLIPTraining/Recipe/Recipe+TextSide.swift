import CLIPModels

extension Recipe {
    /// A text side in place of the configuration's own text tower.
    public struct TextSide: Equatable, Sendable {
        /// What it takes.
        public enum Kind: String, CaseIterable, Sendable {
            /// Vectors of captions that a language model computed before training.
            case cached
        }

        /// What it takes.
        public var kind = Kind.cached
        /// Width of the vectors.
        public var width = 0
        /// Residual blocks before the projection.
        public var blocks = 4
        /// Width of the hidden layer of a block, as a multiple of `width`.
        public var expansion = 2

        /// LLM2CLIP's adapter, with the width still missing.
        public init() {}

        /// The part of a model's configuration.
        var configuration: AdapterTextConfiguration {
            AdapterTextConfiguration(width: width, blocks: blocks, expansion: expansion)
        }
    }
}

extension Recipe.TextSide.Kind: RecipeChoice {}

extension Recipe.TextSide: RecipeSection {
    static var fields: [RecipeField<Self>] {
        let limits = AdapterTextConfiguration.limits
        return [
            .init("kind", \.kind, "What it takes: `cached` vectors of captions, made by a language model."),
            .init(
                "width",
                \.width,
                "Width of the vectors.",
                .within(1...limits.width),
                required: true,
                aliases: ["dim", "llm_embedding_dim"]
            ),
            .init(
                "blocks",
                \.blocks,
                "Residual blocks before the projection.",
                .within(1...limits.blocks),
                aliases: ["layers", "num_layers_text"]
            ),
            .init(
                "expansion",
                \.expansion,
                "Width of the hidden layer of a block, as a multiple of `width`.",
                .within(1...limits.expansion),
                aliases: ["expansion_factor"]
            ),
        ]
    }
}
