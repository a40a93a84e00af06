public import Torch
public import TorchDistributed

/// The contrastive family: pull each pair together, push it from the other pairs by normalised weights.
///
/// With `z_ij = e1_i · e2_j / τ` and each side's estimated denominators `λ`, the weights of the negatives are
/// `P1_ij = exp(z_ij - λ1_i)` and `P2_ij = exp(z_ji - λ2_i)`, and with
/// `M_ij = P1_ij + P2_ji` for `i ≠ j`, `M_ii = -Σ_j (P1_ij + P2_ij)`
/// the gradients are `dE1 = M E2 / (2Bτ)` and `dE2 = Mᵀ E1 / (2Bτ)`.
/// The loss is `1/(2B) Σ_i (λ1_i - z_ii + λ2_i - z_ii)`. With ``BatchNormalizer`` that is CLIP's symmetric
/// InfoNCE, exactly.
///
/// With `k` captions per image the loss is the mean of the `k` losses that take one caption of every image.
public struct ContrastiveObjective: Objective {
    /// Who estimates the denominators.
    public var normalizer: any NormalizerEstimator
    /// Where the temperature comes from.
    public var temperature: any TemperatureRule
    /// About how many bytes the temporary matrices may take; a batch that needs more is taken in chunks.
    public var workspace: Int

    /// Creates an objective; without arguments, CLIP's.
    public init(
        normalizer: any NormalizerEstimator = BatchNormalizer(),
        temperature: any TemperatureRule = GlobalTemperature(),
        workspace: Int = 256 << 20
    ) {
        self.normalizer = normalizer
        self.temperature = temperature
        self.workspace = workspace
    }

    /// The loss of a batch and its gradients.
    public mutating func evaluate(_ input: ObjectiveInput, collective: any Collective) throws
        -> ObjectiveOutput
    {
        try input.validate()
        return try withoutGradient {
            guard input.text.rank == 3 else { return try evaluatePairs(input, collective) }
            var outputs: [ObjectiveOutput] = []
            for caption in 0..<input.text.size(1) {
                var pairs = input
                pairs.text = try input.text.select(caption, dim: 1).contiguous()
                outputs.append(try evaluatePairs(pairs, collective))
            }
            return try .mean(overCaptions: outputs)
        }
    }

    /// Clamps the temperature.
    public func constrain(_ parameters: [String: Tensor]) throws {
        try temperature.constrain(parameters)
    }
}
