extension Recipe {
    /// The loss.
    public struct Objective: Equatable, Sendable {
        /// Families of losses.
        public enum Kind: String, CaseIterable, Sendable {
            /// The symmetric contrastive loss of CLIP.
            case contrastive
        }

        /// Who estimates the normalizer of the softmax.
        public enum Normalizer: String, CaseIterable, Sendable {
            /// The batch itself, as in CLIP.
            case batch
        }

        /// The family.
        public var kind: Kind = .contrastive
        /// Who estimates the normalizer.
        public var normalizer: Normalizer = .batch
        /// Whether pairs with equal captions are left out of each other's negatives.
        public var maskEqualCaptions = false
        /// Memory that similarities may take before they are computed in pieces.
        public var workspace = ByteCount(bytes: 256 << 20)

        /// Makes the loss of CLIP.
        public init() {}
    }

    /// The temperature τ; similarities are multiplied by the scale 1/τ.
    public struct Temperature: Equatable, Sendable {
        /// τ at the start.
        public var initial = 0.07
        /// Whether the logarithm of the scale is trained.
        public var learnable = true
        /// Largest scale that training may reach.
        public var maximumScale = 100.0
        /// Peak learning rate of the logarithm of the scale; nil for the optimizer's.
        public var learningRate: Double?
        /// What its learning rate follows.
        public var schedule: Schedule = .shared

        /// Makes the settings of CLIP.
        public init() {}
    }
}

extension Recipe.Objective.Kind: RecipeChoice {}
extension Recipe.Objective.Normalizer: RecipeChoice {}

extension Recipe.Objective: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init("kind", \.kind, "`contrastive`: CLIP's symmetric loss."),
            .init(
                "normalizer",
                \.normalizer,
                "Who estimates the softmax normalizer: the `batch`, as in CLIP."
            ),
            .init(
                "maskEqualCaptions",
                \.maskEqualCaptions,
                "Leave pairs with equal captions out of each other's negatives."
            ),
            .init(
                "workspace",
                \.workspace,
                "Memory that similarities may take before they are computed in pieces."
            ),
        ]
    }
}

extension Recipe.Temperature: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "initial",
                \.initial,
                "Temperature at the start; the scale is its inverse.",
                .within(1e-4...1e3)
            ),
            .init("learnable", \.learnable, "Train the logarithm of the scale."),
            .init(
                "maximumScale",
                \.maximumScale,
                "Largest scale that training may reach.",
                .atLeast(1),
                aliases: ["logit_scale_max", "maxScale"]
            ),
            .init(
                "learningRate",
                \.learningRate,
                "Peak learning rate of the logarithm of the scale; `null` for the optimizer's.",
                .above(0)
            ),
            .init(
                "schedule",
                \.schedule,
                "Its learning rate follows the `shared` schedule, or is its peak all the time (`constant`), or a third of "
                    + "that while the temperature is at most 0.03 (`stepThreshold`)."
            ),
        ]
    }

    func conflicts(at path: String) -> [RecipeProblem] {
        guard initial > 0, learnable, 1 / initial > maximumScale * (1 + 1e-9) else { return [] }
        let reason =
            "temperature \(initial) starts at the scale \(1 / initial), above maximumScale \(maximumScale)."
        return [RecipeProblem(.conflict(reason: reason), path: path.appending(key: "initial"))]
    }

    func ignored(at path: String) -> [RecipeWarning] {
        guard !learnable else { return [] }
        let reason = "the temperature is not trained (`\(path).learnable` is false)."
        var warnings: [RecipeWarning] = []
        if learningRate != nil {
            warnings.append(RecipeWarning(path: "\(path).learningRate", reason: reason))
        }
        if maximumScale != Self().maximumScale {
            warnings.append(RecipeWarning(path: "\(path).maximumScale", reason: reason))
        }
        return warnings
    }
}
