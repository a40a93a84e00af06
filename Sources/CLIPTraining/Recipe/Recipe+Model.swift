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
        /// A checkpoint whose weights the run starts from; nil for random weights.
        public var initialize: String?
        /// What of the weights has to be changed to fit.
        public var transfer = Transfer()

        /// Makes settings with the required name still empty.
        public init() {}
    }

    /// How weights come to a model that differs from the one that they were trained in.
    public struct Transfer: Equatable, Sendable {
        /// Position embeddings for images of another size, another number of text positions, or of another kind.
        public var positions: PositionTransfer = .refuse

        /// Refuses whatever does not fit.
        public init() {}
    }
}

extension PositionTransfer: RecipeChoice {}
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
            )
        ]
    }
}

extension Recipe.Model: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "config",
                \.config,
                "Name of a built-in configuration, or the path of a JSON file in open_clip's schema.",
                .notEmpty,
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
                "initialize",
                \.initialize,
                "Checkpoint or run directory whose weights the run starts from; `null` for random weights.",
                .notEmpty,
                aliases: ["pretrained", "init", "from"]
            ),
            .init("transfer", \.transfer, "What of the weights has to be changed to fit the model."),
        ]
    }
}
