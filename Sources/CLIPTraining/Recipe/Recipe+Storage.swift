extension Recipe {
    /// How weights and the optimizer's moments are kept between steps.
    public struct Storage: Equatable, Sendable {
        /// Types of storage.
        public enum Width: String, CaseIterable, Sendable {
            /// 32 bits.
            case float32
            /// 16 bits, rounded stochastically; vectors and scalars keep 32.
            case bfloat16
        }

        /// Whose weights may be narrow.
        public enum Towers: String, CaseIterable, Sendable {
            /// Both towers'.
            case all
            /// The text tower's, as in CLIP's paper.
            case text
        }

        /// The optimizer's moments.
        public var moments: Width = .float32
        /// The towers' weights.
        public var weights: Width = .float32
        /// Whose weights are narrow.
        public var towers: Towers = .all

        /// Keeps everything in float32.
        public init() {}
    }
}

extension Recipe.Storage.Width: RecipeChoice {}
extension Recipe.Storage.Towers: RecipeChoice {}

extension Recipe.Storage: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "moments",
                \.moments,
                "How the optimizer's moments are kept; `bfloat16` is rounded stochastically, and vectors and scalars keep "
                    + "float32."
            ),
            .init(
                "weights",
                \.weights,
                "How weights are kept; `bfloat16` is rounded stochastically, and vectors and scalars keep float32."
            ),
            .init(
                "towers",
                \.towers,
                "Whose weights are `bfloat16`: those of `all` towers, or of the `text` tower."
            ),
        ]
    }

    func ignored(at path: String) -> [RecipeWarning] {
        guard weights == .float32, towers != .all else { return [] }
        return [RecipeWarning(path: "\(path).towers", reason: "weights are float32 (`\(path).weights`).")]
    }
}
