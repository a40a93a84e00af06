public import Torch
public import TorchNN

/// A decoder of the Llama family: token ids to hidden states.
///
/// The weights are given tensors, perhaps views of a mapped file; none is copied that already has the right type. They are frozen;
/// what is trained is the adapter.
public final class LanguageModel {
    /// The architecture.
    public let configuration: LanguageModelConfiguration
    /// The low-rank changes; nil for the plain model.
    public let adapter: LowRankAdapter?
    /// What most of the model computes in: float32 or bfloat16. Norms, the residual and what comes out are float32 with both.
    public var computeType: DType = .float32
    /// Weights by their names in Hugging Face's layout, without the output head, which only ``TextGenerator`` reads.
    public let weights: [String: Tensor]
    /// The directory or file that the weights come from.
    public let path: String
    /// The files whose bytes decide what the model computes, without the adapter's.
    public let weightFiles: [String]
    /// Where it computes.
    public let device: Device

    private let source: any LanguageModelSource
    private var stack: DecoderStack?
    private var angles: RotaryAngles?

    /// Takes weights of an open source.
    ///
    /// - Throws: ``LanguageModelError`` for tensors that are missing or have other shapes, and for an adapter of another model.
    public init(_ source: any LanguageModelSource, adapter: LowRankAdapter? = nil, on device: Device = .cpu)
        throws
    {
        configuration = source.configuration
        self.device = device
        self.source = source
        path = source.path
        weightFiles = source.weightFiles
        weights = try Self.weights(of: source, on: device)
        try adapter?.check(against: configuration, path: source.path)
        self.adapter = try adapter?.placed(on: device)
    }

    /// The table `[V, W]` that makes logits of hidden states: that of the embeddings, or the output head, which is read now.
    ///
    /// - Throws: ``LanguageModelError`` where there is none, or it has another shape.
    func outputHead() throws -> Tensor {
        if configuration.tiesEmbeddings, let table = weights["model.embed_tokens.weight"] { return table }
        let shape = [configuration.vocabularySize, configuration.width]
        return try Self.weight("lm_head.weight", shape, of: source, on: device)
    }

    /// Hidden states after the last RMSNorm, float32 `[T, W]`, of packed ids.
    ///
    /// - Parameters:
    ///   - ids: int64 `[T]`, the texts behind one another.
    ///   - sequences: Where each text ends.
    ///   - isCausal: Whether a token sees only itself and what precedes it.
    ///   - dropoutKeys: int64 `[T]`, key the draws of the adapter's dropout in each row; nil for none, as outside training.
    ///   - tape: Where given, blocks are segments of it.
    /// - Throws: ``LanguageModelError/tooLong(path:tokens:limit:)``.
    public func hiddenStates(
        of ids: Tensor,
        _ sequences: PackedSequences,
        isCausal: Bool,
        dropoutKeys: Tensor? = nil,
        tape: ActivationTape? = nil
    ) throws -> Tensor {
        let (cosine, sine) = try angles(
            at: sequences.lengths.flatMap { (0..<$0).map(Int64.init) },
            longest: sequences.longest
        )
        let attention = PackedAttention(
            sequences: sequences,
            cosine: cosine,
            sine: sine,
            heads: configuration.heads,
            groups: configuration.keyValueHeads,
            isCausal: isCausal
        )
        let pass = DecoderPass(attention: attention, dtype: computeType, dropoutKeys: dropoutKeys, tape: tape)
        return try hiddenStates(of: ids, pass)
    }

    func hiddenStates(of ids: Tensor, _ pass: DecoderPass) throws -> Tensor {
        let stack = try currentStack()
        var stream = [try embedded(ids)]
        for block in stack.blocks { stream = try block(stream, pass) }
        return try stack.norm.adding(stream.count > 1 ? stream[1] : nil, to: stream[0], dtype: .float32)
            .normalized
    }

    /// Angles of positions, each below `longest`.
    func angles(at positions: [Int64], longest: Int) throws -> (cosine: Tensor, sine: Tensor) {
        guard longest <= configuration.contextLength else {
            throw LanguageModelError.tooLong(path: path, tokens: longest, limit: configuration.contextLength)
        }
        if let angles, angles.count >= longest { return try angles.rows(at: positions) }
        // Lengths grow from pass to pass; twice as many save most of the later ones.
        let count = min(max(2 * longest, 256), max(configuration.contextLength, 1))
        let grown = try RotaryAngles(configuration.inverseFrequencies, count: count, on: device)
        angles = grown
        return try grown.rows(at: positions)
    }

    private func embedded(_ ids: Tensor) throws -> Tensor {
        guard let table = weights["model.embed_tokens.weight"] else {
            throw LanguageModelError.missingTensor(
                path: path,
                tensor: "model.embed_tokens.weight",
                expected: nil
            )
        }
        return try ids.embedded(in: table).to(.float32)
    }

    private func currentStack() throws -> DecoderStack {
        if let stack, stack.dtype == computeType { return stack }
        stack = nil
        let new = try DecoderStack(
            configuration,
            weights: weights,
            adapter: adapter,
            dtype: computeType,
            path: path
        )
        stack = new
        return new
    }
}
