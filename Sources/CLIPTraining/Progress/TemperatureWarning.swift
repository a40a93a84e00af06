import CLIPObjectives
import Foundation

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
