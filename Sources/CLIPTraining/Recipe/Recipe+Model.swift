extension Recipe {
    /// The towers.
    public struct Model: Equatable, Sendable {
        /// Name of a built-in configuration, or the path of a JSON file in open_clip's schema.
        public var config = ""
        /// A checkpoint whose weights the run starts from; nil for random weights.
        public var initialize: String?

        /// Makes settings with the required name still empty.
        public init() {}
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
                "initialize",
                \.initialize,
                "Checkpoint or run directory whose weights the run starts from; `null` for random weights.",
                .notEmpty,
                aliases: ["pretrained", "init", "from"]
            ),
        ]
    }
}
