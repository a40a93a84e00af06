public import Torch
public import TorchNN

/// The text side of a model that takes the vectors of a language model, as LLM2CLIP's (Huang et al. 2024):
///
/// ```
/// z = e / max(‖e‖, 1e-12)
/// z = z + W₂·GELU(W₁·LN(z) + b₁) + b₂          in each block, with W₁ [m, d] and W₂ [d, m]
/// t = Wₚ·LN(z) + bₚ
/// ```
///
/// The parameters are `text_adapter.resblocks.N.ln`, `.c_fc`, `.c_proj`, `text_adapter.ln_final` and `text_adapter.proj`,
/// each `weight` and `bias`, with the first values that PyTorch gives linear layers.
public struct AdapterText: TextTower {
    /// The architecture.
    public let configuration: AdapterTextConfiguration
    private let blocks: [Block]
    private let outputNorm: LayerNorm
    private let projection: Linear
    private let rowType: DType
    private let device: Device

    /// Asks for the parameters.
    ///
    /// - Throws: ``ModelConfigurationError`` for numbers that cannot be.
    public init(_ path: ParameterPath, _ configuration: AdapterTextConfiguration, embeddingWidth: Int) throws
    {
        try configuration.validate()
        self.configuration = configuration
        // Matrices may be kept narrower than the rows between the blocks.
        (rowType, device) = (path.store.dtype, path.store.device)
        let (path, width) = (path / "text_adapter", configuration.width)
        blocks = try (0..<configuration.blocks).map {
            try Block(path / "resblocks" / $0, width: width, hiddenWidth: configuration.hiddenWidth)
        }
        outputNorm = try LayerNorm(path / "ln_final", width: width)
        projection = try Linear(startingAsPyTorch: path / "proj", from: width, to: embeddingWidth)
    }

    /// Features before unit length: vectors `[N, d]`, of any length, → `[N, D]`.
    ///
    /// - Parameters:
    ///   - dtype: What the matrices of the blocks compute in.
    ///   - tape: Where given, each block is a segment of it.
    public func features(of texts: TextInput, dtype: DType, tape: ActivationTape?) throws -> Tensor {
        guard case .embeddings(let vectors) = texts else {
            throw TextInputError.tokensForEmbeddings(count: texts.count, width: configuration.width)
        }
        guard vectors.rank == 2, vectors.size(1) == configuration.width else {
            throw TextInputError.embeddingShape(found: vectors.shape, width: configuration.width)
        }
        var stream = [try vectors.to(rowType, on: device).normalized(epsilon: 1e-12)]
        for block in blocks {
            let rows = stream
            stream =
                try tape.map { try $0(rows, parameters: block.parameters) { try block($0, dtype: dtype) } }
                ?? block(rows, dtype: dtype)
        }
        let branch = stream.count > 1 ? stream[1] : nil
        return try projection(outputNorm.adding(branch, to: stream[0]).normalized)
    }
}

/// An inverted bottleneck: the residual, and what is still to be added to it, so that the addition and the next normalisation
/// are one pass.
private struct Block {
    let norm: LayerNorm
    let expand, project: Linear

    init(_ path: ParameterPath, width: Int, hiddenWidth: Int) throws {
        norm = try LayerNorm(path / "ln", width: width)
        expand = try Linear(startingAsPyTorch: path / "c_fc", from: width, to: hiddenWidth)
        project = try Linear(startingAsPyTorch: path / "c_proj", from: hiddenWidth, to: width)
    }

    /// `[residual]` or `[residual, branch]` → `[residual, branch]`.
    func callAsFunction(_ stream: [Tensor], dtype: DType) throws -> [Tensor] {
        let branch = stream.count > 1 ? stream[1] : nil
        let (sum, rows) = try norm.adding(branch, to: stream[0], dtype: dtype)
        return [sum, try project(expand(rows).activated(.gelu))]
    }

    var parameters: [Tensor] {
        [norm.weight, norm.bias] + [expand, project].flatMap { [$0.weight] + ($0.bias.map { [$0] } ?? []) }
    }
}

extension Linear {
    /// Asks for `weight` and `bias` under the path, both uniform in ±1/√fan-in.
    fileprivate init(startingAsPyTorch path: ParameterPath, from input: Int, to output: Int) throws {
        let start = Initializer.linearUniform(fanIn: input)
        try self.init(path, from: input, to: output, weight: start, bias: start)
    }
}
