public import Torch
public import TorchDistributed

/// Where the temperature comes from and how it learns.
public protocol TemperatureRule {
    /// Where 1/τ may move; nil where it stays.
    var scaleBounds: ClosedRange<Double>? { get }

    /// The logit scales 1/τ of this rank's anchors of each side, `[b]`, or `[1]` for all alike.
    func scales(_ input: ObjectiveInput) throws -> (image: Tensor, text: Tensor)

    /// What an anchor adds to the loss, from its normalizer's value, `[b]`.
    func loss(of value: Tensor, scale: Tensor, isMultiplied: Bool) throws -> Tensor

    /// Learns from a batch what it keeps itself, and returns this rank's share of the gradients of parameters.
    mutating func learn(_ step: TemperatureStep, collective: any Collective) throws -> [String: Tensor]

    /// Moves the parameters into their bounds, in place.
    func constrain(_ parameters: [String: Tensor]) throws
}

/// What a temperature learns from.
public struct TemperatureStep {
    /// The anchors of both sides on this rank.
    public let anchors: [AnchorSlopes]
    /// Samples of the global batch.
    public let batch: Int
    /// Whether the loss is multiplied by the temperature.
    public let isMultiplied: Bool
    /// The objective's input.
    public let input: ObjectiveInput
}

/// How the loss of one side's anchors on this rank depends on their temperature.
public struct AnchorSlopes {
    /// The side of the anchors.
    public let side: Side
    /// How much this side counts, 1 unless sides are weighted.
    public let weight: Double
    /// `ν_i ≈ ln(ε + g_i)`, or an upper bound of it, `[b]`.
    public let value: Tensor
    /// `value` without ε, `ln u_i`, where the estimator has it apart from ε, and `value` otherwise; `[b]`.
    public let bareValue: Tensor
    /// The slope of `value` over ln(1/τ): `Σ_j P_ij D_ij` over the negatives, `[b]`.
    public let spread: Tensor
    /// 1/τ, `[b]` or `[1]`.
    public let scale: Tensor
    /// Which anchors have negatives, boolean `[b]`; the others say nothing about their temperature.
    public let hasNegatives: Tensor
}

extension AnchorSlopes {
    /// The mean over caption sets, each as much as it counts.
    static func mean(_ sets: [AnchorSlopes]) throws -> AnchorSlopes {
        let counted = sets.filter { $0.weight != 0 }
        let first = counted.first ?? sets[0]
        let total = counted.reduce(0) { $0 + $1.weight }
        guard counted.count > 1 else {
            return AnchorSlopes(
                side: first.side,
                weight: total / Double(sets.count),
                value: first.value,
                bareValue: first.bareValue,
                spread: first.spread,
                scale: first.scale,
                hasNegatives: first.hasNegatives
            )
        }
        func mean(_ part: (AnchorSlopes) -> Tensor) throws -> Tensor {
            try Tensor.stack(counted.map { try part($0) * ($0.weight / total) }).sum(dims: [0])
        }
        return AnchorSlopes(
            side: first.side,
            weight: total / Double(sets.count),
            value: try mean(\.value),
            bareValue: try mean(\.bareValue),
            spread: try mean(\.spread),
            scale: first.scale,
            hasNegatives: try counted.dropFirst().reduce(first.hasNegatives) { try $0 .& $1.hasNegatives }
        )
    }
}

/// How the gradient of a temperature is computed: as mathematics has it, or as FastCLIP's authors' code does.
///
/// Their published settings (ρ, learning rates) were found with their code. In both of its versions the part of a global
/// temperature's gradient that comes from the similarities counts twice.
public enum TemperatureGradient: String, Sendable, CaseIterable {
    /// The gradient of the loss.
    case exact
    /// The code of 2024. A global temperature learns from `ln u_i`, without the ε that the weights of the negatives have.
    /// The moments of individual temperatures start from zero, do not remember in the first epoch, and are corrected by
    /// the number of epochs.
    case fastclip2024
    /// The code of 2025: a global temperature learns from `ln(ε + u_i)`. The moments of individual temperatures are corrected
    /// by the number of epochs too, and start from a sample's first gradient, which is ours.
    case fastclip2025
}
