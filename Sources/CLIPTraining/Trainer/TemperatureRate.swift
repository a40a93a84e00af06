import Torch
import TorchOptim

/// The learning rate of the temperature where it has a schedule of its own.
struct TemperatureRate {
    /// The name of the parameter, and of its schedule.
    static let name = "logit_scale"
    /// At and below this τ, `stepThreshold` divides the rate by three (FastCLIP, arXiv:2407.01445).
    static let threshold = 0.03

    private let peak: Double
    private let hasThreshold: Bool

    /// Nil where the temperature follows the schedule of all.
    init?(_ recipe: Recipe) {
        guard recipe.temperature.schedule != .shared else { return nil }
        peak = recipe.temperature.learningRate ?? recipe.peakLearningRate
        hasThreshold = recipe.temperature.schedule == .stepThreshold
    }

    /// The rate of the step that starts with these parameters of the loss.
    func rates(of parameters: [String: Tensor]) throws -> [String: ScheduledRate] {
        guard hasThreshold, let logitScale = parameters[Self.name] else {
            return [Self.name: ScheduledRate(peak)]
        }
        return [Self.name: ScheduledRate(peak, factor: try Self.factor(logitScale: logitScale))]
    }

    /// 1/3 where τ ≤ 0.03, otherwise 1: float32, rank 0. The host does not wait for it.
    static func factor(logitScale: Tensor) throws -> Tensor {
        try withoutGradient {
            let isLow = try (logitScale.detached() * -1).exp() .<= threshold
            return try isLow.to(.float32) * (1.0 / 3 - 1) + 1
        }
    }
}
