public import CLIPModels
public import CLIPText

extension Recipe {
    /// Which tokens training computes: fewer of them cost less (CLIPA, Li et al. 2023).
    public struct Tokens: Equatable, Sendable {
        /// Patches of images.
        public var image = ImageTokens()
        /// Tokens of texts.
        public var text = TextTokens()

        /// Keeps all.
        public init() {}
    }

    /// Which patches of images training computes.
    public struct ImageTokens: Equatable, Sendable {
        /// How patches are chosen.
        public enum Mask: String, Sendable, CaseIterable { case none, random, grid, block }

        /// How patches are chosen.
        public var mask: Mask = .none
        /// Share of the patches that is left out; a grid leaves out three of four.
        public var drop = 0.5
        /// Which patch of its window a grid keeps.
        public var gridOffset: PatchMask.GridOffset = .fixed

        /// Keeps all patches.
        public init() {}

        /// The mask as the model takes it.
        public var patchMask: PatchMask {
            switch mask {
            case .none: .none
            case .random: .random(drop: drop)
            case .grid: .grid(gridOffset)
            case .block: .block(drop: drop)
            }
        }
    }

    /// Which tokens of texts training computes.
    public struct TextTokens: Equatable, Sendable {
        /// Most tokens of a text, start and end included; nil for the model's context length.
        public var budget: Int?
        /// Which tokens stay where there are more.
        public var reduction: TextReduction = .truncate
        /// Whether texts of evaluations are reduced too.
        public var inEvaluation = false
        /// The file of the tagger's weights; nil for the one that `scripts/models tagger` fetches.
        public var tagger: String?

        /// Keeps the first tokens, as many as the model takes.
        public init() {}
    }
}

extension Recipe.ImageTokens.Mask: RecipeChoice {}
extension PatchMask.GridOffset: RecipeChoice {}
extension TextReduction: RecipeChoice {}

extension Recipe.Tokens: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init("image", \.image, "Patches of images."),
            .init("text", \.text, "Tokens of texts."),
        ]
    }
}

extension Recipe.ImageTokens: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "mask",
                \.mask,
                "Patches that are computed in training: all (`none`), `random` ones, one of each 2×2 (`grid`), or a square "
                    + "(`block`). Smaller images (`model.imageSize`) save as much, and mostly learn more."
            ),
            .init(
                "drop",
                \.drop,
                "Share of the patches that `random` and `block` leave out; at least one has to stay. `grid` leaves out "
                    + "three of four.",
                .within(0..<1),
                aliases: ["patch_dropout", "mask_ratio"]
            ),
            .init(
                "gridOffset",
                \.gridOffset,
                "Which patch of its window a `grid` keeps: the upper left one (`fixed`), the same random one in all windows of "
                    + "an `image`, or a random one in each `window`. The paper does not specify it."
            ),
        ]
    }
}

extension Recipe.TextTokens: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "budget",
                \.budget,
                "Most tokens of a text in training, start and end included; `null` for as many as the model takes.",
                .atLeast(TextKind.shortestContext)
            ),
            .init(
                "reduction",
                \.reduction,
                "Which tokens of longer texts stay: the first ones (`truncate`), `random` ones in their order or in random order "
                    + "(`shuffle`), a `block` of neighbours, or nouns first, then adjectives, then verbs, by a tagger (`syntax`) or "
                    + "by a table of the vocabulary (`syntaxTable`).",
                aliases: ["text_mask", "reduction_mask"]
            ),
            .init(
                "inEvaluation",
                \.inEvaluation,
                "Whether texts of evaluations are reduced, too, as CLIPA's code does."
            ),
            .init(
                "tagger",
                \.tagger,
                "The weights of the English tagger that `syntax` and `syntaxTable` read: a path; `null` for what "
                    + "`scripts/models tagger` fetches."
            ),
        ]
    }

    func ignored(at path: String) -> [RecipeWarning] {
        var warnings: [RecipeWarning] = []
        if tagger != nil, !reduction.needsTagger {
            let reason = "no tagger is read for `tokens.text.reduction` \(reduction.rawValue)."
            warnings.append(RecipeWarning(path: path.appending(key: "tagger"), reason: reason))
        }
        if inEvaluation, !reducesTexts {
            let reason = "texts are not reduced (`tokens.text.budget` is `null`)."
            warnings.append(RecipeWarning(path: path.appending(key: "inEvaluation"), reason: reason))
        }
        return warnings
    }

    /// Whether anything but the model's context length decides which tokens stay.
    var reducesTexts: Bool { budget != nil || reduction != .truncate }
}
