import CLIPObjectives
import Foundation

/// Each pair classified alone: SigLIP's loss.
struct SigmoidFamily: ObjectiveFamily {
    /// `sigmoid`
    var name: String { "sigmoid" }

    /// The bias of the logits.
    func addedParameters(in recipe: Recipe) -> [String: Double] {
        [SigmoidObjective.bias: recipe.objective.initialBias]
    }

    /// Scale and bias, unless the temperature is constant.
    func trains(_ parameter: String, in recipe: Recipe) -> Bool {
        recipe.temperature.rule != .constant
    }

    /// Individual temperatures.
    func problems(in recipe: Recipe) -> [RecipeProblem] {
        guard recipe.temperature.rule == .individual else { return [] }
        let reason = "the sigmoid loss has one temperature; take `global` or `constant`."
        return [RecipeProblem(.conflict(reason: reason), path: "temperature.rule")]
    }

    /// What only losses with normalizers use, and what only robust ones do.
    func warnings(in recipe: Recipe) -> [RecipeWarning] {
        let (objective, plain) = (recipe.objective, Recipe.Objective())
        let (temperature, plainTemperature) = (recipe.temperature, Recipe.Temperature())
        return RecipeWarning.of(
            [
                ("objective.normalizer", objective.normalizer != plain.normalizer),
                ("objective.multiplyByTemperature", objective.multiplyByTemperature),
                ("objective.textSide", objective.textSide != plain.textSide),
                ("objective.epsilon", objective.epsilon != plain.epsilon),
                ("objective.innerRate", objective.innerRate != plain.innerRate),
                ("objective.network", objective.network != plain.network),
            ],
            "the sigmoid loss has no normalizer (`objective.kind`)."
        )
            + RecipeWarning.of(
                [
                    ("temperature.rho", temperature.rho != plainTemperature.rho),
                    ("temperature.gradient", temperature.gradient != plainTemperature.gradient),
                ],
                "the sigmoid loss is not robust (`objective.kind`)."
            )
    }

    /// The loss.
    func objective(_ recipe: Recipe, pace: TrainingPace, states: any SampleStates) throws
        -> any CLIPObjectives.Objective
    {
        SigmoidObjective(
            bounds: recipe.temperature.logScales,
            isLearnable: recipe.temperature.rule != .constant,
            workspace: recipe.objective.workspace.bytes
        )
    }
}

extension Recipe.Temperature {
    /// Where ln(1/τ) may move.
    var logScales: ClosedRange<Double> { log(minimumScale)...log(maximumScale) }
}

extension RecipeWarning {
    /// A warning for each key whose setting has no effect, all for one reason.
    static func of(_ keys: [(path: String, isSet: Bool)], _ reason: String) -> [RecipeWarning] {
        keys.filter(\.isSet).map { RecipeWarning(path: $0.path, reason: reason) }
    }
}
