public import Torch
public import TorchNN

/// The text tower: token and position embeddings, transformer blocks, one projected row a text.
///
/// Texts are packed without padding where that is exact (see ``TextTransformerConfiguration/allowsPacking``), and padded
/// to the context length otherwise.
public struct TextTransformer: TextTower {
    /// The architecture.
    public let configuration: TextTransformerConfiguration
    let tokenEmbedding, positionalEmbedding: Tensor
    let blocks: [TransformerBlock]
    let outputNorm: LayerNorm
    let projection: Projection

    enum Projection {
        /// `[W, D]`, multiplied from the right.
        case matrix(Tensor)
        case linear(Linear)
    }

    /// Asks for the parameters under open_clip's names.
    public init(
        _ path: ParameterPath,
        _ configuration: TextTransformerConfiguration,
        embeddingWidth: Int,
        activation: Activation
    ) throws {
        self.configuration = configuration
        let width = configuration.width
        let root = 1 / Double(width).squareRoot()
        positionalEmbedding = try path.parameter(
            "positional_embedding",
            shape: [configuration.contextLength, width],
            .normal(deviation: 0.01)
        )
        if configuration.projectionHasBias {
            projection = .linear(
                try Linear(
                    path / "text_projection",
                    from: width,
                    to: embeddingWidth,
                    weight: .normal(deviation: root),
                    bias: .zeros
                )
            )
        } else {
            projection = .matrix(
                try path.parameter(
                    "text_projection",
                    shape: [width, embeddingWidth],
                    .normal(deviation: root)
                )
            )
        }
        blocks = try (0..<configuration.layers).map {
            try TransformerBlock(
                path / "transformer" / "resblocks" / $0,
                width: width,
                heads: configuration.heads,
                mlpWidth: configuration.mlpWidth,
                isCausal: configuration.isCausal,
                activation: activation,
                epsilon: configuration.normEpsilon,
                initialization: .text(width: width, layers: configuration.layers)
            )
        }
        tokenEmbedding = try (path / "token_embedding").parameter(
            "weight",
            shape: [configuration.vocabularySize, width],
            .normal(deviation: 0.02)
        )
        outputNorm = try LayerNorm(path / "ln_final", width: width, epsilon: configuration.normEpsilon)
    }

    /// Features before unit length: N texts → `[N, D]`.
    ///
    /// - Parameters:
    ///   - dtype: What the blocks compute in.
    ///   - tape: Where given, each block is a segment of it.
    public func features(of texts: TextInput, dtype: DType, tape: ActivationTape?) throws -> Tensor {
        switch texts {
        case .tokens(let sequences): try features(of: sequences, dtype: dtype, tape: tape)
        case .embeddings(let rows):
            throw TextInputError.embeddingsForTokens(
                shape: rows.shape,
                contextLength: configuration.contextLength
            )
        }
    }

    private func features(of texts: TokenSequences, dtype: DType, tape: ActivationTape?) throws -> Tensor {
        let layout = try TextLayout(texts, configuration)
        let device = tokenEmbedding.device
        // Matrices may be kept narrower than the rows between the blocks, which have the type of vectors.
        let rowType = outputNorm.weight.dtype
        let tokens = try Tensor(layout.ids, on: device).embedded(in: tokenEmbedding)
        let positions = try Tensor(layout.positions, on: device).embedded(in: positionalEmbedding)
        let sequences = try PackedSequences(lengths: layout.lengths, on: device)
        let readout = try Tensor(layout.readout, on: device)
        var stream = TransformerBlock.Stream(residual: try tokens.to(rowType) + positions.to(rowType))
        for (index, block) in blocks.enumerated() {
            stream = try block(
                stream,
                sequences,
                dtype: dtype,
                readout: index == blocks.count - 1 ? readout : nil,
                tape: tape
            )
        }
        let rows = try outputNorm.adding(stream.branch, to: stream.residual).normalized
        return switch projection {
        case .matrix(let matrix): try rows.matmul(matrix.to(rowType))
        case .linear(let linear): try linear(rows)
        }
    }
}
