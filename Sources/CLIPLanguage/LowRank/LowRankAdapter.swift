public import Torch

/// Low-rank changes to the projections of a language model (LoRA): `y = W·x + (alpha / rank) · B·(A·dropout(x))`.
public struct LowRankAdapter {
    /// The pair of one projection.
    public struct Pair {
        /// `A`: `[rank, in]`
        public var down: Tensor
        /// `B`: `[out, rank]`
        public var up: Tensor

        /// Creates a pair.
        public init(down: Tensor, up: Tensor) {
            self.down = down
            self.up = up
        }
    }

    /// What decides over the shapes and the scale.
    public struct Options: Sendable, Equatable {
        /// Inner width.
        public var rank = 16
        /// `alpha / rank` multiplies the change.
        public var alpha = 32.0
        /// Share of the inputs of `A` that is left out in training.
        public var dropout = 0.05
        /// The projections, by the last part of their names.
        public var targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

        /// Whether the change is divided by `√rank` in place of `rank` (rsLoRA).
        public var usesRankStabilization = false

        /// LLM2CLIP's values.
        public init() {}

        /// What multiplies the change: `alpha / rank`, or `alpha / √rank` where the scale is stabilized.
        public var scale: Double {
            alpha / (usesRankStabilization ? Double(rank).squareRoot() : Double(rank))
        }
    }

    /// The settings.
    public var options: Options
    /// The pairs by the name of the projection in Hugging Face's layout, `model.layers.0.self_attn.q_proj`.
    public var pairs: [String: Pair]
    /// How many blocks the model has; nil where that is not known.
    var blockCount: Int?

    /// Creates an adapter.
    public init(options: Options = Options(), pairs: [String: Pair]) {
        self.options = options
        self.pairs = pairs
    }
}
