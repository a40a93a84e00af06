/// The architecture of a decoder of the Llama family: Llama, SmolLM2, Qwen2.5, Mistral.
public struct LanguageModelConfiguration: Sendable, Equatable {
    /// How the angles of rotary positions are stretched, as Llama 3 does (`rope_type: llama3`).
    public struct RotaryScaling: Sendable, Equatable {
        /// What long wavelengths are multiplied by.
        public var factor: Double
        /// Wavelengths above `originalContext / low` are stretched whole, below `originalContext / high` not at all.
        public var low, high: Double
        /// The context before stretching.
        public var originalContext: Int

        /// Describes a stretch.
        public init(factor: Double, low: Double, high: Double, originalContext: Int) {
            self.factor = factor
            self.low = low
            self.high = high
            self.originalContext = originalContext
        }
    }

    /// `model_type`, or GGUF's `general.architecture`: llama, qwen2, mistral.
    public var family: String
    /// Number of ids.
    public var vocabularySize: Int
    /// Width of the hidden states.
    public var width: Int
    /// Number of blocks.
    public var layers: Int
    /// Heads of queries.
    public var heads: Int
    /// Heads of keys and values, a divisor of `heads`.
    public var keyValueHeads: Int
    /// Width of a head; `heads · headWidth` need not be `width`.
    public var headWidth: Int
    /// Width inside the feed-forward part.
    public var hiddenWidth: Int
    /// ε of RMSNorm.
    public var normEpsilon: Double
    /// θ of rotary positions.
    public var rotaryBase: Double
    /// How rotary positions are stretched; nil for not at all.
    public var rotaryScaling: RotaryScaling?
    /// Whether query, key and value have biases (Qwen2).
    public var hasQueryKeyValueBias: Bool
    /// Whether the projection of the attended values has one.
    public var hasOutputBias: Bool
    /// Whether the feed-forward layers have biases.
    public var hasFeedForwardBias: Bool
    /// Whether the output head is the table of embeddings.
    public var tiesEmbeddings: Bool
    /// The most positions that the model was made for; Mistral's window where that is shorter, as inside it every token sees all
    /// that it would see without.
    public var contextLength: Int
    /// The id that begins texts, where the model has one.
    public var startToken: Int32?
    /// The ids that end a text or an answer; the first one is appended where an end is pooled.
    public var endTokens: [Int32]

    /// Describes an architecture.
    public init(
        family: String = "llama",
        vocabularySize: Int,
        width: Int,
        layers: Int,
        heads: Int,
        keyValueHeads: Int? = nil,
        headWidth: Int? = nil,
        hiddenWidth: Int,
        normEpsilon: Double = 1e-5,
        rotaryBase: Double = 10_000,
        rotaryScaling: RotaryScaling? = nil,
        hasQueryKeyValueBias: Bool = false,
        hasOutputBias: Bool = false,
        hasFeedForwardBias: Bool = false,
        tiesEmbeddings: Bool = true,
        contextLength: Int = 2048,
        startToken: Int32? = nil,
        endTokens: [Int32] = []
    ) {
        self.family = family
        self.vocabularySize = vocabularySize
        self.width = width
        self.layers = layers
        self.heads = heads
        self.keyValueHeads = keyValueHeads ?? heads
        self.headWidth = headWidth ?? width / heads
        self.hiddenWidth = hiddenWidth
        self.normEpsilon = normEpsilon
        self.rotaryBase = rotaryBase
        self.rotaryScaling = rotaryScaling
        self.hasQueryKeyValueBias = hasQueryKeyValueBias
        self.hasOutputBias = hasOutputBias
        self.hasFeedForwardBias = hasFeedForwardBias
        self.tiesEmbeddings = tiesEmbeddings
        self.contextLength = contextLength
        self.startToken = startToken
        self.endTokens = endTokens
    }
}
