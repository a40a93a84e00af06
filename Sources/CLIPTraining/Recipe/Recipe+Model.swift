public import CLIPModels

extension Recipe {
    /// The towers.
    public struct Model: Equatable, Sendable {
        /// Name of a built-in configuration, or the path of a JSON file in open_clip's schema.
        public var config = ""
        /// Side of the images in pixels; nil for the configuration's own.
        public var imageSize: Int?
        /// Most tokens of a text; nil for the configuration's own.
        public var contextLength: Int?
        /// Where the positions of an image's patches come from; nil for the configuration's own.
        public var positions: PatchPositions?
        /// A text side in place of the configuration's; nil for its own.
        public var text: TextSide?
        /// Width of the features that both sides share; nil for the configuration's own.
        public var embedDim: Int?
        /// A checkpoint whose weights the run starts from; nil for random weights.
        public var initialize: String?
        /// A language model that is trained on captions, in place of ``config``: a directory in Hugging Face's layout, or a
        /// GGUF file.
        public var language: String?
        /// What is trained of a language model.
        public var adapter = Adapter()
        /// How a language model makes vectors of texts.
        public var encoding = SentenceVectors()
        /// What of the weights has to be changed to fit.
        public var transfer = Transfer()

        /// Makes settings with the required name still empty.
        public init() {}
    }

    /// How weights come to a model that differs from the one that they were trained in.
    public struct Transfer: Equatable, Sendable {
        /// Position embeddings for images of another size, another number of text positions, or of another kind.
        public var positions: PositionTransfer = .refuse
        /// The projection of the image tower where the width of the features differs, and a text side of another kind or size.
        public var head: HeadTransfer = .refuse

        /// Refuses whatever does not fit.
        public init() {}
    }
}

extension PositionTransfer: RecipeChoice {}
extension HeadTransfer: RecipeChoice {}
extension PatchPositions: RecipeChoice {}

extension Recipe.Transfer: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "positions",
                \.positions,
                "Position embeddings where the model takes images of another size or texts of another length than the "
                    + "weights, or has other `positions`: `interpolate` them as open_clip does, `recompute` them as in a fresh "
                    + "model, or `refuse`."
            ),
            .init(
                "head",
                \.head,
                "Where the weights have features of another width or another text side: `fresh` takes their image tower and "
                    + "temperature, and makes its projection (if the width differs) and the text side anew, or `refuse`."
            ),
        ]
    }
}

extension Recipe.Model: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "config",
                \.config,
                "Name of a built-in configuration, or the path of a JSON file in open_clip's schema; not beside `language`.",
                required: true,
                aliases: ["name", "model"]
            ),
            .init(
                "imageSize",
                \.imageSize,
                "Side of the images in pixels, a multiple of the patch; `null` for the configuration's own.",
                .atLeast(1),
                aliases: ["image_size", "force_image_size", "resolution"]
            ),
            .init(
                "contextLength",
                \.contextLength,
                "Most tokens of a text, start and end included; `null` for the configuration's own.",
                .atLeast(TextKind.shortestContext),
                aliases: ["context_length", "force_context_length"]
            ),
            .init(
                "positions",
                \.positions,
                "Positions of patches: `learned`, or fixed sines and cosines by MAE's formula (`sincosMAE`) or MoCo v3's "
                    + "(`sincosMoCo`); `null` for the configuration's own.",
                aliases: ["pos_embed", "pos_embed_type"]
            ),
            .init(
                "text",
                \.text,
                "A text side in place of the configuration's text tower (see [llm2clip](llm2clip.md)); `null` for its own."
            ),
            .init(
                "embedDim",
                \.embedDim,
                "Width of the features that both sides share; `null` for the configuration's own.",
                .within(1...1 << 16),
                aliases: ["embed_dim", "embeddingWidth"]
            ),
            .init(
                "initialize",
                \.initialize,
                "Checkpoint or run directory whose weights the run starts from, for a language model an adapter's; `null` for "
                    + "random weights.",
                .notEmpty,
                aliases: ["pretrained", "init", "from"]
            ),
            .init("transfer", \.transfer, "What of the weights has to be changed to fit the model."),
            .init(
                "language",
                \.language,
                "A language model that is trained on captions, in place of `config`: a directory in Hugging Face's layout or a "
                    + "GGUF file (see [caption tuning](caption-tuning.md)).",
                .notEmpty,
                aliases: ["llm", "language_model", "text_base"]
            ),
            .init("adapter", \.adapter, "What is trained of a language model.", aliases: ["lora", "peft"]),
            .init("encoding", \.encoding, "How a language model makes vectors of texts."),
        ]
    }

    static func isSpared(_ key: String, by given: Set<String>) -> Bool {
        key == "config" && given.contains("language")
    }

    func conflicts(at path: String) -> [RecipeProblem] {
        guard text != nil, contextLength != nil else { return languageProblems(at: path) }
        let reason =
            "the text side takes vectors of whole captions (`\(path).text`), which have no length; leave it out."
        return languageProblems(at: path) + [
            RecipeProblem(.conflict(reason: reason), path: path.appending(key: "contextLength"))
        ]
    }

    func ignored(at path: String) -> [RecipeWarning] {
        guard transfer.head != .refuse, initialize == nil else { return languageWarnings(at: path) }
        let reason = "there are no weights to take over (`\(path).initialize` is `null`)."
        return languageWarnings(at: path) + [
            RecipeWarning(path: path.appending(key: "transfer.head"), reason: reason)
        ]
    }
}
