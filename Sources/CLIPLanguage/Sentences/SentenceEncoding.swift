/// How texts become vectors of a language model (LLM2CLIP's stage 1 and feature extraction).
public struct SentenceEncoding: Sendable, Hashable, Codable {
    /// Which hidden states make the vector.
    public enum Pooling: String, Sendable, Codable, CaseIterable {
        /// Their mean over the text.
        case mean
        /// Their mean with the weights 1, 2, … n.
        case weightedMean
        /// The last one, of an end token that is appended.
        case last
        /// The first one.
        case first
    }

    /// What is put around a text before it becomes ids.
    public enum Wrapper: String, Sendable, Codable, CaseIterable {
        /// Nothing.
        case plain
        /// Llama 3's user turn.
        case llama3
        /// ChatML's user turn (Qwen2, SmolLM2-Instruct).
        case chatML
        /// `[INST] … [/INST]`
        case mistral
    }

    /// Whether a token sees only itself and what precedes it; false for LLM2CLIP's bidirectional attention.
    public var isCausal = false
    /// Which hidden states make the vector.
    public var pooling = Pooling.mean
    /// What is put around a text.
    public var wrapper = Wrapper.plain
    /// Put before each text; its tokens are attended to and not pooled.
    public var instruction: String?
    /// The most tokens of a text with everything around it.
    public var maximumTokens = 512

    /// LLM2CLIP's values, without a wrapper.
    public init() {}
}
