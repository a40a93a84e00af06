extension Recipe {
    /// The optimizer.
    public struct Optimizer: Equatable, Sendable {
        /// Update rules.
        public enum Kind: String, CaseIterable, Sendable {
            /// Adam with decoupled weight decay.
            case adamw
            /// Adam's direction, scaled by the norm of each parameter.
            case lamb
            /// Steps along the sign of a moving mean.
            case lion
            /// Gradient descent with momentum.
            case sgd
        }

        /// Which parameters decay.
        public enum DecayGroups: String, CaseIterable, Sendable {
            /// open_clip 4: matrices, except embeddings of positions and classes.
            case current
            /// open_clip 3 and earlier, as in all published models: everything with two axes or more.
            case legacy
        }

        /// The update rule.
        public var kind: Kind = .adamw
        /// Peak learning rate.
        public var learningRate: LearningRate = 5e-4
        /// Factors on the learning rate by names of parameters.
        public var rates = RateMultipliers()
        /// What the learning rate is multiplied by from each block of the image tower to the one before it.
        public var layerDecay = 1.0
        /// Decay rates of the two moments; for Lion, of its mean within a step and between steps.
        public var betas = AdamBetas(first: 0.9, second: 0.98)
        /// Term that keeps the division finite.
        public var epsilon = 1e-6
        /// Momentum of gradient descent.
        public var momentum = 0.9
        /// Whether that momentum is Nesterov's.
        public var nesterov = false
        /// Weight decay; what it means depends on the rule.
        public var weightDecay = 0.2
        /// Which parameters decay.
        public var decayGroups: DecayGroups = .current
        /// Largest norm of all gradients together; nil for no clipping.
        public var gradientClipNorm: Double?

        /// Makes open_clip's defaults for vision transformers.
        public init() {}
    }
}

extension Recipe.Optimizer.Kind: RecipeChoice {}
extension Recipe.Optimizer.DecayGroups: RecipeChoice {}

extension Recipe.Optimizer: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "kind",
                \.kind,
                "The update rule: `adamw` (Adam with decoupled weight decay), `lamb`, `lion`, or `sgd` with momentum; "
                    + "see [optimizers.md](optimizers.md)."
            ),
            .init(
                "learningRate",
                \.learningRate,
                "Peak learning rate; `8e-6 per 256` scales with the batch: 8e-6 · batch / 256.",
                .positive,
                // Its own name, so that a misplaced `learningRate` is taken for this one and not the temperature's.
                aliases: ["lr", "learningRate"]
            ),
            .init(
                "betas",
                \.betas,
                "Decay rates of the two moments; for `lion`, of its mean within a step and between steps.",
                RecipeCheck(rule: "two numbers, 0 or more and less than 1") {
                    (0..<1).contains($0.first) && (0..<1).contains($0.second)
                },
                aliases: ["beta1", "beta2"]
            ),
            .init(
                "rates",
                \.rates,
                "Factors on the learning rate by patterns of parameter names (`*`, `?`), such as `{visual.*: 0.1}`; the "
                    + "first match counts. The temperature's rate is `temperature.learningRate`."
            ),
            .init(
                "layerDecay",
                \.layerDecay,
                "What the learning rate is multiplied by from each block of the image tower to the one before it; 1 for equal "
                    + "rates. Patches, positions and class token come before the first block.",
                RecipeCheck(rule: "greater than 0 and at most 1") { $0 > 0 && $0 <= 1 },
                aliases: ["ld", "visual_ld", "visual-ld", "layer_decay"]
            ),
            .init("epsilon", \.epsilon, "Term that keeps the division finite.", .above(0), aliases: ["eps"]),
            .init("momentum", \.momentum, "Momentum of `sgd`; the temperature has none.", .within(0..<1)),
            .init("nesterov", \.nesterov, "Nesterov's momentum for `sgd`."),
            .init(
                "weightDecay",
                \.weightDecay,
                "Weight decay, multiplied by the learning rate: decoupled, or for `sgd` part of the gradient.",
                .atLeast(0),
                aliases: ["wd"]
            ),
            .init(
                "decayGroups",
                \.decayGroups,
                "Which parameters decay: open_clip 4's rule (`current`), or the rule of all published models "
                    + "(`legacy`: position embeddings decay too)."
            ),
            .init(
                "gradientClipNorm",
                \.gradientClipNorm,
                "Largest norm of all gradients together; `null` for no clipping.",
                .above(0),
                aliases: ["grad_clip_norm", "grad-clip-norm", "grad_clip"]
            ),
        ]
    }

    func ignored(at path: String) -> [RecipeWarning] {
        let standard = Self()
        let reason = "`\(path).kind` is \(kind.rawValue)."
        var keys: [String] = []
        if kind == .sgd, betas != standard.betas { keys.append("betas") }
        if kind == .sgd || kind == .lion, epsilon != standard.epsilon { keys.append("epsilon") }
        if kind != .sgd, momentum != standard.momentum { keys.append("momentum") }
        if kind != .sgd, nesterov { keys.append("nesterov") }
        var warnings = keys.map { RecipeWarning(path: "\(path).\($0)", reason: reason) }
        if kind == .sgd, nesterov, momentum == 0 {
            let reason = "there is no momentum (`\(path).momentum` is 0)."
            warnings.append(RecipeWarning(path: "\(path).nesterov", reason: reason))
        }
        return warnings
    }
}
