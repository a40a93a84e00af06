public import Torch

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What the temperature's gradient needs to know about the anchors of one side on this rank.
public struct AnchorSpread {
    /// The side of the anchors.
    public let side: Side
    /// `λ_i - z_ii = ln(N (ε + g_i))`, `[b]`.
    public let logNormalizer: Tensor
    /// `Σ_j P_ij D_ij` over the negatives, `[b]`: the slope of the anchor's loss over ln(1/τ).
    public let spread: Tensor
}

/// Where the temperature comes from and how it learns.
public protocol TemperatureRule {
    /// The logit scale 1/τ of rank 0, in the type of the features.
    func scale(_ parameters: [String: Tensor], dtype: DType) throws -> Tensor

    /// This rank's share of the gradients of the rule's parameters, for a batch of `batch` samples.
    func gradients(_ anchors: [AnchorSpread], batch: Int, parameters: [String: Tensor]) throws
        -> [String: Tensor]

    /// Moves the parameters into their bounds, in place.
    func constrain(_ parameters: [String: Tensor]) throws
}

/// One temperature for all samples: the parameter `logit_scale` holds `θ = ln(1/τ)`.
///
/// The gradient is that of CLIP's loss: `dL/dθ = 1/(2B) Σ_i Σ_j (P1_ij D1_ij + P2_ij D2_ij)`.
public struct GlobalTemperature: TemperatureRule {
    /// The parameter's name in checkpoints.
    public static let parameter = "logit_scale"

    /// CLIP's bounds of `θ`: τ from 1 down to 0.01.
    public static let clipBounds: ClosedRange<Double> = 0...log(100)

    /// Whether `θ` has a gradient; if not, the temperature is constant.
    public var isLearnable: Bool
    /// Where a learnable `θ` may move.
    public var bounds: ClosedRange<Double>

    /// Creates a rule.
    public init(isLearnable: Bool = true, bounds: ClosedRange<Double> = Self.clipBounds) {
        self.isLearnable = isLearnable
        self.bounds = bounds
    }

    /// exp θ.
    public func scale(_ parameters: [String: Tensor], dtype: DType) throws -> Tensor {
        try parameter(in: parameters).to(dtype).reshaped([]).exp()
    }

    /// The gradient of `θ`, in the parameter's shape and type; empty where it is constant.
    public func gradients(_ anchors: [AnchorSpread], batch: Int, parameters: [String: Tensor]) throws
        -> [String: Tensor]
    {
        guard isLearnable else { return [:] }
        let parameter = try parameter(in: parameters)
        let slope = try Tensor.stack(anchors.map(\.spread)).sum() * (0.5 / Double(batch))
        return [Self.parameter: try slope.reshaped(parameter.shape).to(parameter.dtype)]
    }

    /// Clamps a learnable `θ` to its bounds.
    public func constrain(_ parameters: [String: Tensor]) throws {
        guard isLearnable else { return }
        let parameter = try parameter(in: parameters)
        try withoutGradient { try parameter.clamp(to: bounds) }
    }

    private func parameter(in parameters: [String: Tensor]) throws -> Tensor {
        guard let parameter = parameters[Self.parameter] else {
            throw ObjectiveError.missingParameter(Self.parameter, available: Array(parameters.keys))
        }
        guard parameter.count == 1 else {
            throw ObjectiveError.shape(Self.parameter, found: parameter.shape, expected: "one element")
        }
        return parameter
    }
}
