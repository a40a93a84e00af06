public import Torch
public import TorchDistributed

/// The contrastive family: pull each pair together, push it from the other pairs by normalised weights.
///
/// With `D1_ij = (s_ij - s_ii) / τ` and each side's estimated log-normalizers `ν`, the weights of the negatives are
/// `P1_ij = exp(D1_ij - ν1_i) / N_i` and `P2_ij = exp(D2_ij - ν2_i) / N_i`, and with
/// `M_ij = P1_ij + P2_ji` for `i ≠ j`, `M_ii = -Σ_j (P1_ij + P2_ij)`
/// the gradients are `dE1 = f M E2` and `dE2 = f Mᵀ E1`, where the leading factor `f` is `1/(2Bτ)`, or `1/(2B)` where
/// the loss is multiplied by τ. With individual temperatures each weight has the factor of its anchor.
///
/// With ``BatchNormalizer`` and no factor τ this is CLIP's symmetric InfoNCE, exactly. SogCLR, iSogCLR and FastCLIP
/// have a ``MovingAverageNormalizer``, NeuCLIP a ``NetworkNormalizer``.
///
/// With `k` captions per image the loss is the mean of the `k` losses that take one caption of every image.
public struct ContrastiveObjective: Objective {
    /// Whose losses count when an image has several captions.
    public enum TextSide: String, Sendable, CaseIterable {
        /// Texts of all caption sets look for their images.
        case averaged
        /// Only the first caption of each image looks for its image.
        case single
    }

    /// Who estimates the normalizers.
    public var normalizer: any NormalizerEstimator
    /// Where the temperature comes from.
    public var temperature: any TemperatureRule
    /// Whether the loss is multiplied by the temperature, as in the robust global contrastive loss.
    public var multipliesByTemperature: Bool
    /// Whose losses count when an image has several captions. Experimental: the paper gives no formula.
    public var textSide: TextSide
    /// About how many bytes the temporary matrices may take; a batch that needs more is taken in chunks.
    public var workspace: Int

    /// Creates an objective; without arguments, CLIP's.
    public init(
        normalizer: any NormalizerEstimator = BatchNormalizer(),
        temperature: any TemperatureRule = GlobalTemperature(),
        multipliesByTemperature: Bool = false,
        textSide: TextSide = .averaged,
        workspace: Int = 256 << 20
    ) {
        self.normalizer = normalizer
        self.temperature = temperature
        self.multipliesByTemperature = multipliesByTemperature
        self.textSide = textSide
        self.workspace = workspace
    }

    /// The loss of a batch and its gradients.
    public mutating func evaluate(_ input: ObjectiveInput, collective: any Collective) throws
        -> ObjectiveOutput
    {
        try input.validate()
        return try withoutGradient {
            guard input.text.rank == 3 else {
                let (output, slopes) = try evaluatePairs(input, collective)
                return output.with(parameters: try learn(slopes, input, collective))
            }
            let count = input.text.size(1)
            var outputs: [ObjectiveOutput] = []
            var slopes: [[AnchorSlopes]] = []
            for caption in 0..<count {
                // The mean over captions divides by their number.
                let isolated = caption == 0 ? Double(count) : 0
                let weight = textSide == .averaged ? 1 : isolated
                let pairs = try evaluatePairs(
                    input.with(caption: caption),
                    captionSet: caption,
                    textWeight: weight,
                    collective
                )
                outputs.append(pairs.output)
                slopes.append(pairs.slopes)
            }
            // A temperature moves once in a step, however many captions there are.
            let means = try (0..<2).map { side in try AnchorSlopes.mean(slopes.map { $0[side] }) }
            return try ObjectiveOutput.mean(overCaptions: outputs)
                .with(parameters: learn(means, input, collective))
        }
    }

    private mutating func learn(
        _ anchors: [AnchorSlopes],
        _ input: ObjectiveInput,
        _ collective: any Collective
    ) throws -> [String: Tensor] {
        let step = TemperatureStep(
            anchors: anchors,
            batch: input.count * collective.count,
            isMultiplied: multipliesByTemperature,
            input: input
        )
        return try temperature.learn(step, collective: collective)
    }

    /// Clamps the temperature.
    public func constrain(_ parameters: [String: Tensor]) throws {
        try temperature.constrain(parameters)
    }

    /// What the normalizer learned.
    public func snapshot() throws -> [String: Tensor] { try normalizer.snapshot() }

    /// Continues from a snapshot.
    public mutating func restore(_ state: [String: Tensor]) throws { try normalizer.restore(state) }
}
