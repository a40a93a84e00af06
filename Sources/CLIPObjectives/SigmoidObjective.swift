public import Torch
public import TorchDistributed

/// SigLIP's loss: each pair of the batch is classified alone, as belonging together or not (arXiv:2303.15343).
///
/// `L = -1/B Σ_ij ln σ(z_ij (s e1_i · e2_j + b))` with `z_ij` 1 on the diagonal and -1 elsewhere, `s = exp(logit_scale)` and
/// `b = logit_bias`. With the residuals `r_ij = -z_ij σ(-z_ij (s e1_i · e2_j + b))` the gradients are
/// `dE1 = s/B r E2`, `dE2 = s/B rᵀ E1`, `db = 1/B Σ r`, `d ln s = s/B Σ r_ij e1_i · e2_j`.
/// Pairs of equal group that do not belong together are left out.
///
/// Rows are taken in chunks. Each rank computes its images against all texts and its texts against all images.
public struct SigmoidObjective: Objective {
    /// The bias's name in checkpoints.
    public static let bias = "logit_bias"

    /// Where `ln s` may move; nil for anywhere, as in the paper.
    public var bounds: ClosedRange<Double>?
    /// Whether `s` and `b` have gradients.
    public var isLearnable: Bool
    /// About how many bytes the temporary matrices may take.
    public var workspace: Int

    /// Creates an objective; without arguments, SigLIP's.
    public init(bounds: ClosedRange<Double>? = nil, isLearnable: Bool = true, workspace: Int = 256 << 20) {
        self.bounds = bounds
        self.isLearnable = isLearnable
        self.workspace = workspace
    }

    /// The loss of a batch and its gradients.
    public mutating func evaluate(_ input: ObjectiveInput, collective: any Collective) throws
        -> ObjectiveOutput
    {
        try input.validate()
        return try withoutGradient {
            guard input.text.rank == 3 else { return try evaluatePairs(input, collective) }
            return try .mean(
                overCaptions: (0..<input.text.size(1)).map {
                    try evaluatePairs(input.with(caption: $0), collective)
                }
            )
        }
    }

    /// Clamps the scale, where there are bounds.
    public func constrain(_ parameters: [String: Tensor]) throws {
        guard isLearnable, let bounds else { return }
        try withoutGradient { try parameters.scalar(GlobalTemperature.parameter).clamp(to: bounds) }
    }
}
