public import CLIPObjectives
import Yams

extension Recipe {
    /// The temperature τ; similarities are multiplied by the scale 1/τ.
    public struct Temperature: Equatable, Sendable {
        /// Who has a temperature, and whether it is trained.
        public enum Rule: String, CaseIterable, Sendable {
            /// One for all samples, trained.
            case global
            /// One for all samples, which stays.
            case constant
            /// One for each sample and side, trained.
            case individual
        }

        /// Who has a temperature.
        public var rule: Rule = .global
        /// τ at the start; nil for that of the weights that a run starts from, and 0.07 for random ones.
        public var initial: Double?
        /// Smallest and largest scale that training may reach.
        public var minimumScale = 1.0, maximumScale = 100.0
        /// ρ of the robust loss.
        public var rho = 0.0
        /// Whose gradient it is: that of the loss, or that of a published code.
        public var gradient: TemperatureGradient = .exact
        /// Peak learning rate of the logarithm of the scale, or the rate of individual temperatures; nil for the
        /// optimizer's.
        public var learningRate: Double?
        /// What its learning rate follows.
        public var schedule: Schedule = .shared
        /// What the preset gave; nil where it gave nothing.
        public var fromPreset: PresetValues?

        /// Makes the settings of CLIP.
        public init() {}
    }
}

extension Recipe.Temperature {
    /// τ of random weights.
    public var first: Double { initial ?? 0.07 }
}

extension Recipe {
    /// τ that the recipe itself asks for, whatever weights it starts from; nil for none, or for what its preset gave.
    var ownTemperature: Double? {
        temperature.initial == temperature.fromPreset?.initial ? nil : temperature.initial
    }
}

extension Recipe.Temperature.Rule: RecipeChoice {}

extension TemperatureGradient: RecipeChoice {
    /// Before the two codes had names, one of them did.
    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> TemperatureGradient? {
        if case .scalar(let scalar) = node, scalar.string == "compat" { return .fastclip2025 }
        return choice(node, at: path, decoder)
    }
}

extension Recipe.Temperature: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "rule",
                \.rule,
                "`global`: one temperature, trained; `constant`: one that stays; `individual`: one for each sample and "
                    + "side, trained.",
                aliases: ["learnable", "temperature_scheme"]
            ),
            .init(
                "initial",
                \.initial,
                "Temperature at the start; the scale is its inverse. `null` is 0.07, and with `model.initialize` what those weights "
                    + "have.",
                .within(1e-4...1e3)
            ),
            .init("minimumScale", \.minimumScale, "Smallest scale that training may reach.", .above(0)),
            .init(
                "maximumScale",
                \.maximumScale,
                "Largest scale that training may reach.",
                .above(0),
                aliases: ["logit_scale_max", "maxScale"]
            ),
            .init(
                "rho",
                \.rho,
                "ρ of the robust loss τ (ln(ε + g) + ρ): how far from uniform the weights of negatives are to be. A larger one "
                    + "keeps the temperature lower; it must be below ln(samples - 1).",
                .atLeast(0)
            ),
            .init(
                "gradient",
                \.gradient,
                "`exact`: the gradient of the loss; `fastclip2024`, `fastclip2025`: as FastCLIP's code of that year computes "
                    + "it, with which their ρ and learning rates were found. `compat`, in older recipes, is `fastclip2025`."
            ),
            .init(
                "learningRate",
                \.learningRate,
                "Peak learning rate of the logarithm of the scale, or the constant rate of individual temperatures; `null` "
                    + "for the optimizer's.",
                .above(0)
            ),
            .init(
                "schedule",
                \.schedule,
                "The temperature's learning rate follows the `shared` schedule, or is its peak all the time (`constant`), or a third of "
                    + "that while the temperature is at most 0.03 (`stepThreshold`)."
            ),
            .init(
                "fromPreset",
                \.fromPreset,
                "Written by runs, not by hand: what the preset gave. A value that still is this one follows another preset, and "
                    + "any other is the recipe's own."
            ),
        ]
    }

    func conflicts(at path: String) -> [RecipeProblem] {
        func problem(_ key: String, _ reason: String) -> RecipeProblem {
            RecipeProblem(.conflict(reason: reason), path: path.appending(key: key))
        }
        guard minimumScale < maximumScale else {
            return [problem("minimumScale", "it is \(minimumScale), not below maximumScale \(maximumScale).")]
        }
        var problems: [RecipeProblem] = []
        if rule == .individual, learningRate == nil {
            problems.append(
                problem(
                    "learningRate",
                    "individual temperatures need a rate of their own; FastCLIP-v2 has 0.0133."
                )
            )
        }
        guard first > 0, rule != .constant else { return problems }
        let scale = 1 / first
        if scale > maximumScale * (1 + 1e-9) {
            let reason =
                "temperature \(first) starts at the scale \(scale), above maximumScale \(maximumScale)."
            problems.append(problem("initial", reason))
        } else if scale < minimumScale * (1 - 1e-9) {
            let reason =
                "temperature \(first) starts at the scale \(scale), below minimumScale \(minimumScale)."
            problems.append(problem("initial", reason))
        }
        return problems
    }

    func ignored(at path: String) -> [RecipeWarning] {
        let plain = Self()
        if rule == .individual, schedule != plain.schedule {
            let reason = "individual temperatures have a constant rate (`\(path).rule`)."
            return [RecipeWarning(path: path.appending(key: "schedule"), reason: reason)]
        }
        guard rule == .constant else { return [] }
        let reason = "the temperature is not trained (`\(path).rule` is constant)."
        let keys = [
            ("learningRate", learningRate != nil), ("minimumScale", minimumScale != plain.minimumScale),
            ("maximumScale", maximumScale != plain.maximumScale), ("rho", rho != plain.rho),
            ("gradient", gradient != plain.gradient), ("schedule", schedule != plain.schedule),
        ]
        return keys.filter(\.1).map { RecipeWarning(path: path.appending(key: $0.0), reason: reason) }
    }
}
