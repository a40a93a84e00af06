public import Torch
public import TorchNN

/// The image tower: patches, a class token, transformer blocks, one projected row an image.
public struct VisionTransformer: ImageTower {
    /// The architecture.
    public let configuration: VisionTransformerConfiguration
    let classEmbedding, positionalEmbedding, patchWeight, projection: Tensor
    let inputNorm: LayerNorm?
    let blocks: [TransformerBlock]
    let outputNorm: LayerNorm

    /// Asks for the parameters under open_clip's names.
    public init(
        _ path: ParameterPath,
        _ configuration: VisionTransformerConfiguration,
        embeddingWidth: Int,
        activation: Activation
    ) throws {
        self.configuration = configuration
        let width = configuration.width
        let patch = configuration.patchSize
        let scale = Initializer.normal(deviation: 1 / Double(width).squareRoot())
        classEmbedding = try path.parameter("class_embedding", shape: [width], scale)
        positionalEmbedding = try path.parameter(
            "positional_embedding",
            shape: [configuration.tokenCount, width],
            scale
        )
        projection = try path.parameter("proj", shape: [width, embeddingWidth], scale)
        patchWeight = try (path / "conv1").parameter(
            "weight",
            shape: [width, 3, patch, patch],
            .linearUniform(fanIn: 3 * patch * patch)
        )
        let epsilon = configuration.normEpsilon
        inputNorm =
            configuration.normalizesInput
            ? try LayerNorm(path / "ln_pre", width: width, epsilon: epsilon) : nil
        blocks = try (0..<configuration.layers).map {
            try TransformerBlock(
                path / "transformer" / "resblocks" / $0,
                width: width,
                heads: configuration.heads,
                mlpWidth: configuration.mlpWidth,
                isCausal: false,
                activation: activation,
                epsilon: epsilon,
                initialization: .vision(width: width, mlpWidth: configuration.mlpWidth)
            )
        }
        outputNorm = try LayerNorm(path / "ln_post", width: width, epsilon: epsilon)
    }

    /// Features before unit length: normalised pixels `[B, 3, H, W]` of B images → `[B, D]`.
    ///
    /// - Parameters:
    ///   - dtype: What the blocks compute in.
    ///   - tape: Where given, each block is a segment of it.
    public func features(of pixels: Tensor, dtype: DType, tape: ActivationTape?) throws -> Tensor {
        let width = configuration.width
        let tokens = configuration.tokenCount
        // Matrices may be kept narrower than the rows between the blocks, which have the type of vectors.
        let rowType = classEmbedding.dtype
        let count = pixels.size(0)
        // The type first: patches are gathered in a pass of their own, which is shorter over narrower numbers.
        var rows = try patches(of: pixels.to(dtype)).linear(patchWeight.reshaped([width, -1]), nil)
        rows = try rows.reshaped([count, tokens - 1, width]).to(rowType)
        rows =
            try Tensor.concatenate([classEmbedding.expanded([count, 1, width]), rows], dim: 1)
            + positionalEmbedding.to(rowType)
        rows = try rows.reshaped([count * tokens, width])
        if let inputNorm { rows = try inputNorm(rows) }
        return try pooled(rows, count: count, dtype: dtype, tape: tape).matmul(projection.to(rowType))
    }

    /// `[B, 3, H, W] → [B·G², 3·P·P]`: patch after patch, channels first.
    private func patches(of pixels: Tensor) throws -> Tensor {
        let (grid, patch) = (configuration.grid, configuration.patchSize)
        let count = pixels.size(0)
        return try pixels.reshaped([count, 3, grid, patch, grid, patch]).permuted([0, 2, 4, 1, 3, 5])
            .reshaped([count * grid * grid, 3 * patch * patch])
    }

    private func pooled(_ rows: Tensor, count: Int, dtype: DType, tape: ActivationTape?) throws -> Tensor {
        let tokens = configuration.tokenCount
        let sequences = try PackedSequences(count: count, length: tokens)
        var stream = TransformerBlock.Stream(residual: rows)
        let first = try Tensor((0..<count).map { Int64($0 * tokens) }, on: rows.device)
        let readout = configuration.pooling == .classToken ? first : nil
        for (index, block) in blocks.enumerated() {
            stream = try block(
                stream,
                sequences,
                dtype: dtype,
                readout: index == blocks.count - 1 ? readout : nil,
                tape: tape
            )
        }
        switch configuration.pooling {
        case .classToken:
            return try outputNorm.adding(stream.branch, to: stream.residual).normalized
        case .average:
            let after = configuration.normalizesAfterPooling
            let values =
                try after ? stream.joined() : outputNorm.adding(stream.branch, to: stream.residual).normalized
            let mean = try values.reshaped([count, tokens, configuration.width])
                .slice(1..<tokens, dim: 1).mean(dims: [1])
            return after ? try outputNorm(mean) : mean
        }
    }
}
