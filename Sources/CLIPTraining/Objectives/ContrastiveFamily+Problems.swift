import Foundation

extension ContrastiveFamily {
    /// A ρ that no weights can reach.
    func problems(in recipe: Recipe, pace: TrainingPace) -> [RecipeProblem] {
        guard let negatives = recipe.robustNegatives(pace) else { return [] }
        let (rho, limit) = (recipe.temperature.rho, log(Double(negatives)))
        guard rho >= limit else { return [] }
        let reason =
            "ρ is \(rho), and no weights over \(negatives) negatives diverge from uniform by more than "
            + "ln \(negatives) = \((limit * 100).rounded() / 100): it could only drive the temperature to its floor. "
            + "Take a smaller ρ, such as \(Recipe.attainableRho(negatives))."
        return [RecipeProblem(.conflict(reason: reason), path: "temperature.rho")]
    }

    /// Courses of γ that need a length in epochs.
    func problems(in recipe: Recipe) -> [RecipeProblem] {
        guard recipe.objective.normalizer == .movingAverage else { return [] }
        let rate = recipe.objective.innerRate
        let isTimed = if case .seconds = recipe.length { true } else { false }
        func problem(_ key: String, _ reason: String) -> [RecipeProblem] {
            [RecipeProblem(.conflict(reason: reason), path: "objective.innerRate.\(key)")]
        }
        switch (rate.schedule, rate.decay) {
        case (.cosine, .seconds):
            return problem("decay", "a time cannot be converted to epochs; give epochs.")
        case (.cosine, .percent) where isTimed:
            return problem(
                "decay",
                "the length of the run is a time, so a share of it cannot be converted to epochs; give epochs."
            )
        case (.recommended, _) where isTimed:
            return problem(
                "schedule",
                "it needs the number of epochs, and the length of the run is a time; take `cosine` or `constant`."
            )
        default: return []
        }
    }

    /// Settings of estimators and of the robust loss where there is no estimator, or the loss is not robust.
    func warnings(in recipe: Recipe) -> [RecipeWarning] {
        let (objective, plain) = (recipe.objective, Recipe.Objective())
        let estimator = "no part of the loss uses it (`objective.normalizer`)."
        let isRobust =
            recipe.temperature.rule != .global || objective.multiplyByTemperature
        return RecipeWarning.of(
            [
                ("objective.epsilon", objective.normalizer == .batch && objective.epsilon != plain.epsilon),
                (
                    "objective.innerRate",
                    objective.normalizer != .movingAverage && objective.innerRate != plain.innerRate
                ),
                ("objective.network", objective.normalizer != .network && objective.network != plain.network),
            ],
            estimator
        )
            + RecipeWarning.of(
                [("objective.initialBias", objective.initialBias != plain.initialBias)],
                "only the sigmoid loss has a bias (`objective.kind`)."
            )
            + RecipeWarning.of(
                [("temperature.rho", !isRobust && recipe.temperature.rho != Recipe.Temperature().rho)],
                "the loss is not multiplied by the temperature (`objective.multiplyByTemperature`)."
            )
    }
}

extension TrainingPace {
    /// Epochs of the whole stage, where its length is not a time.
    var epochs: Double? {
        guard case .steps(let steps) = length else { return nil }
        return clock.samples(at: steps) / Double(samplesPerEpoch)
    }

    /// A duration that begins with the stage in epochs, where it is not a time.
    func epochs(of duration: TrainingDuration) -> Double? {
        // What was said in epochs is not rounded to steps.
        if case .epochs(let count) = duration { return count }
        guard case .steps(let steps) = end(of: duration) else { return nil }
        return clock.samples(at: steps) / Double(samplesPerEpoch)
    }
}
