internal import Foundation
public import Torch
public import TorchDistributed

/// One temperature for all samples: the parameter `logit_scale` holds `θ = ln(1/τ)`.
///
/// With `V` the mean over the batch of both sides' `ν` and `T` that of `Σ_j P_ij D_ij`, the gradients are
/// `dL/dθ = T/2` for the loss `V/2`, which is CLIP's, and `dL/dθ = -τ (V/2 + ρ - T/2)` for the robust loss
/// `τ V/2 + ρ τ` of FastCLIP-v3. ``TemperatureGradient`` names two variants of the latter.
public struct GlobalTemperature: TemperatureRule {
    /// The parameter's name in checkpoints.
    public static let parameter = "logit_scale"

    /// CLIP's bounds of `θ`: τ from 1 down to 0.01.
    public static let clipBounds: ClosedRange<Double> = 0...log(100)

    /// Whether `θ` has a gradient; if not, the temperature is constant.
    public var isLearnable: Bool
    /// Where a learnable `θ` may move.
    public var bounds: ClosedRange<Double>
    /// ρ.
    public var robustness: Double
    /// Exact, or as in one of the published codes.
    public var gradient: TemperatureGradient

    /// Creates a rule; without arguments, CLIP's.
    public init(
        isLearnable: Bool = true,
        bounds: ClosedRange<Double> = Self.clipBounds,
        robustness: Double = 0,
        gradient: TemperatureGradient = .exact
    ) {
        self.isLearnable = isLearnable
        self.bounds = bounds
        self.robustness = robustness
        self.gradient = gradient
    }

    /// exp of the bounds, where `θ` is learnable.
    public var scaleBounds: ClosedRange<Double>? {
        isLearnable ? exp(bounds.lowerBound)...exp(bounds.upperBound) : nil
    }

    /// exp θ, `[1]`.
    public func scales(_ input: ObjectiveInput) throws -> (image: Tensor, text: Tensor) {
        let scale = try input.parameters.scalar(Self.parameter).to(input.image.dtype).reshaped([1]).exp()
        return (scale, scale)
    }

    /// `ν`, or `τ (ν + ρ)`.
    public func loss(of value: Tensor, scale: Tensor, isMultiplied: Bool) throws -> Tensor {
        isMultiplied ? try (value + robustness) / scale : value
    }

    /// The gradient of `θ`, in the parameter's shape and type; empty where it is constant.
    public func learn(_ step: TemperatureStep, collective: any Collective) throws -> [String: Tensor] {
        guard isLearnable else { return [:] }
        let parameter = try step.input.parameters.scalar(Self.parameter)
        let share = 0.5 / Double(step.batch)
        let count = gradient == .exact ? 1.0 : 2.0
        let slopes = try step.anchors.map { anchors in
            let spread = try anchors.spread * count
            guard step.isMultiplied else { return try spread.sum() * (share * anchors.weight) }
            let value = gradient == .fastclip2024 ? anchors.bareValue : anchors.value
            let robust = try (spread - value - robustness) / anchors.scale
            return try robust.filled(with: 0, where: anchors.hasNegatives.not()).sum()
                * (share * anchors.weight)
        }
        let slope = try Tensor.stack(slopes).sum()
        return [Self.parameter: try slope.reshaped(parameter.shape).to(parameter.dtype)]
    }

    /// Clamps a learnable `θ` to its bounds.
    public func constrain(_ parameters: [String: Tensor]) throws {
        guard isLearnable else { return }
        let parameter = try parameters.scalar(Self.parameter)
        try withoutGradient { try parameter.clamp(to: bounds) }
    }
}
