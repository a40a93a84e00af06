public import Torch
public import TorchDistributed

/// LLM2CLIP's loss of its first stage: each query looks for its positive among all documents of the batch, in one direction.
///
/// Queries `q` are on the image side. On the text side are positives `p`, or positives and hard negatives `n`. With the
/// documents `C = [p; n]` of the global batch of `N` pairs and `z_ij = q_i · c_j / τ`
///
/// `L = -1/N Σ_i ln P_ii`, `P_ij = exp(z_ij) / Σ_k exp(z_ik)`,
///
/// the gradients are `dq_i = (Σ_j P_ij c_j - p_i) / (N τ)` and `dc_j = (Σ_i P_ij q_i - [c_j = p_j] q_j) / (N τ)`.
///
/// With keys of texts (``ObjectiveInput/groups``), a document that is the query or the positive of a pair by its text is no
/// negative of that pair.
///
/// Rows are taken in chunks. Each rank computes its queries against all documents and its documents against all queries.
public struct CaptionContrastiveObjective: Objective {
    /// τ, which is not trained.
    public var temperature: Double
    /// About how many bytes the temporary matrices may take.
    public var workspace: Int

    /// Creates an objective; without arguments, LLM2CLIP's.
    public init(temperature: Double = 0.02, workspace: Int = 256 << 20) {
        self.temperature = temperature
        self.workspace = workspace
    }

    /// The loss of a batch and its gradients.
    ///
    /// - Throws: ``ObjectiveError`` for a temperature that is not positive too.
    public mutating func evaluate(_ input: ObjectiveInput, collective: any Collective) throws
        -> ObjectiveOutput
    {
        guard temperature > 0, temperature.isFinite else {
            throw ObjectiveError.setting("the temperature", found: temperature, expected: "a number above 0")
        }
        try input.validate(queriesAreTexts: true)
        return try withoutGradient {
            let pairs = try CaptionPairGrid(
                input,
                scale: 1 / temperature,
                workspace: workspace,
                collective: collective
            )
            let queries = try pairs.queries()
            return ObjectiveOutput(
                image: queries.gradient,
                text: try pairs.documentGradient(logSums: collective.gather(queries.logSum)),
                parameters: [:],
                metrics: MetricVector(
                    names: ["loss", "accuracy_image_to_text", "positive_similarity", "scale"],
                    values: try collective.sum(queries.sums) * (1 / Double(pairs.batch))
                )
            )
        }
    }

    /// Nothing: no parameter is trained.
    public func constrain(_ parameters: [String: Tensor]) throws {}
}
