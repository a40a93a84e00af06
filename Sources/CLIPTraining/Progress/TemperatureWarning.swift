import CLIPModels
import CLIPObjectives
import Foundation
import Torch

/// A temperature that lies at its bound, in words.
struct TemperatureWarning: CustomStringConvertible {
    private let step: Int
    private let scale: Double
    private let share: Double
    private let recipe: Recipe

    /// nil for a loss without a temperature.
    init?(_ metrics: TrainingMetrics, share: Double, recipe: Recipe) {
        guard let scale = metrics.scale else { return nil }
        step = metrics.step
        self.scale = scale
        self.share = share
        self.recipe = recipe
    }

    var description: String {
        let settings = recipe.temperature
        let isCold = abs(scale - settings.maximumScale) < abs(scale - settings.minimumScale)
        let (name, bound) =
            isCold ? ("maximumScale", settings.maximumScale) : ("minimumScale", settings.minimumScale)
        let whose =
            settings.rule == .individual
            ? "\(Int(share * 100)) % of the samples' temperatures have" : "the temperature has"
        let isCompatible = settings.gradient != .exact && settings.rule == .global
        let advice =
            settings.rho > 0 && isCold
            ? " A smaller temperature.rho keeps it warmer\(isCompatible ? ", and so does temperature.gradient: exact" : "")."
            : isCold ? " A lower temperature.learningRate slows it." : ""
        return
            "warning: at step \(step) \(whose) run to the bound \(1 / bound) (temperature.\(name) \(bound))."
            + advice
    }
}

/// Watches whether the temperature runs to its bound.
///
/// One that began there, as the published models' scale of 100 does, and never left has run nowhere.
struct BoundWatch {
    private var hasBeenAway: Bool
    private var hasWarned = false

    init(_ recipe: Recipe, from model: any ImageTextModel) throws {
        let settings = recipe.temperature
        let scale: Double?
        if settings.rule == .individual {
            scale = 1 / settings.first
        } else {
            scale = try model.objectiveParameters["logit_scale"].map { exp(Double(try $0.item())) }
        }
        let inside =
            settings.minimumScale * 1.001...max(settings.minimumScale * 1.001, settings.maximumScale * 0.999)
        hasBeenAway = scale.map(inside.contains) ?? true
    }

    /// What to say, once, when the temperature cannot go where the loss pulls it.
    mutating func warning(_ metrics: TrainingMetrics, recipe: Recipe) -> TemperatureWarning? {
        guard let share = metrics.temperatureAtBound else { return nil }
        guard share > 0.5 else {
            hasBeenAway = true
            return nil
        }
        guard hasBeenAway, !hasWarned else { return nil }
        hasWarned = true
        return TemperatureWarning(metrics, share: share, recipe: recipe)
    }
}
