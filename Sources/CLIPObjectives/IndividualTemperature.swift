internal import Foundation
public import Torch
public import TorchDistributed

/// A temperature for each sample and side: iSogCLR and FastCLIP-v2.
///
/// Each `τ_i` descends on the robust loss `τ_i (ln(ε + g_i) + ρ)` with the gradient
/// `G_i = ν_i + ρ - Σ_j P_ij D_ij`, held within ±5, by Adam with moments of its own:
/// `τ ← τ - η m̂ / (√v̂ + ε)`, clamped to the bounds. The first gradient of a sample becomes its moments, so they
/// need no correction; ``TemperatureGradient/fastclip2024`` and ``TemperatureGradient/fastclip2025`` correct them by the epoch
/// all the same, and with the former those of a sample that is first met after the first epoch start from zero.
public struct IndividualTemperature: TemperatureRule {
    /// Numbers in a sample's record: τ and the two moments of its gradient, for the image and for the text.
    public static let stateWidth = 6
    /// The largest gradient of a temperature.
    static let gradientBound = 5.0

    /// τ of a sample that was never seen.
    public var initial: Double
    /// Where each τ may move.
    public var bounds: ClosedRange<Double>
    /// ρ.
    public var robustness: Double
    /// η.
    public var learningRate: Double
    /// How much of the moments survives each visit.
    public var betas: (first: Double, second: Double)
    /// Added to the root of the second moment.
    public var epsilon: Double
    /// How the moments start and are corrected.
    public var gradient: TemperatureGradient
    private let states: any SampleStates

    /// Creates a rule over records of ``stateWidth`` numbers; the defaults are those of FastCLIP-v2.
    public init(
        states: any SampleStates,
        initial: Double = 0.03,
        bounds: ClosedRange<Double> = 0.01...1,
        robustness: Double,
        learningRate: Double,
        betas: (first: Double, second: Double) = (0.9, 0.98),
        epsilon: Double = 1e-8,
        gradient: TemperatureGradient = .exact
    ) {
        self.states = states
        self.initial = initial
        self.bounds = bounds
        self.robustness = robustness
        self.learningRate = learningRate
        self.betas = betas
        self.epsilon = epsilon
        self.gradient = gradient
    }

    /// 1/τ at the ends of the bounds.
    public var scaleBounds: ClosedRange<Double>? { 1 / bounds.upperBound...1 / bounds.lowerBound }

    /// The scales of the batch's samples as they were before it, `[b]`.
    public func scales(_ input: ObjectiveInput) throws -> (image: Tensor, text: Tensor) {
        let records = try states.records(at: input.ordinals, like: input.image)
        func scale(_ side: Side) throws -> Tensor {
            let tau = try records.select(Self.column(side), dim: 1)
            return try 1 / tau.filled(with: initial, where: tau .== 0)
        }
        return (try scale(.image), try scale(.text))
    }

    /// `τ_i (ν_i + ρ)`: the robust loss, whether or not the gradients of the features are multiplied by `τ_i`.
    public func loss(of value: Tensor, scale: Tensor, isMultiplied: Bool) throws -> Tensor {
        try (value + robustness) / scale
    }

    /// Moves the temperatures of the batch's samples; there are no gradients of parameters.
    public func learn(_ step: TemperatureStep, collective: any Collective) throws -> [String: Tensor] {
        let records = try states.records(at: step.input.ordinals, like: step.input.image)
        var columns = try (0..<Self.stateWidth).map { try records.select($0, dim: 1) }
        for anchors in step.anchors where anchors.weight != 0 {
            let first = Self.column(anchors.side)
            let moved = try moved(Array(columns[first..<first + 3]), anchors, epoch: step.input.epoch)
            columns.replaceSubrange(first..<first + 3, with: moved)
        }
        try states.store(columns, at: step.input.ordinals, collective)
        return [:]
    }

    /// τ and moments after a visit.
    private func moved(_ old: [Tensor], _ anchors: AnchorSlopes, epoch: Int) throws -> [Tensor] {
        let gradient = try (anchors.value + robustness - anchors.spread).clamped(
            to: -Self.gradientBound...Self.gradientBound
        )
        let isNew = try old[0] .== 0
        let tau = try old[0].filled(with: initial, where: isNew)
        func moment(_ old: Tensor, _ fresh: Tensor, _ beta: Double) throws -> Tensor {
            // The code of 2024 takes both β for 0 in the first epoch, and knows no first visit after it.
            let remembers = self.gradient != .fastclip2024 || epoch > 0
            let next = remembers ? try old * beta + fresh * (1 - beta) : fresh
            return self.gradient == .fastclip2024 ? next : try isNew.select(fresh, next)
        }
        let first = try moment(old[1], gradient, betas.first)
        let second = try moment(old[2], gradient.squared(), betas.second)
        let corrections = corrections(epoch: epoch)
        let step = try (first * corrections.first) / ((second * corrections.second).sqrt() + epsilon)
        let new = [try (tau - step * learningRate).clamped(to: bounds), first, second]
        let isGood = try new[0].isFinite() .& second.isFinite() .& anchors.hasNegatives
        return try zip(new, old).map { try isGood.select($0, $1) }
    }

    /// What the moments are multiplied by.
    private func corrections(epoch: Int) -> (first: Double, second: Double) {
        guard gradient != .exact, epoch > 0 else { return (1, 1) }
        let visits = Double(epoch + 1)
        return (1 / (1 - pow(betas.first, visits)), 1 / (1 - pow(betas.second, visits)))
    }

    /// There are no parameters.
    public func constrain(_ parameters: [String: Tensor]) throws {}

    private static func column(_ side: Side) -> Int { side == .image ? 0 : 3 }
}
