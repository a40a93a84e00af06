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

    static let positionsName = "positional_embedding"

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
        let (name, shape) = (Self.positionsName, [configuration.tokenCount, width])
        if configuration.positions.isFixed {
            // Not a parameter: nothing may move or decay it. A checkpoint's rows count, which may be interpolated ones.
            let table = configuration.positions.table(grid: configuration.grid, width: width)
            positionalEmbedding = try path.buffer(name, shape: shape, .values(table.map { Float($0) }))
        } else {
            positionalEmbedding = try path.parameter(name, shape: shape, scale)
        }
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
        try features(of: pixels, patches: nil, dtype: dtype, tape: tape)
    }

    /// The same of some patches of each image: the others are left out before the first product, and the class token stays.
    ///
    /// - Parameter patches: int64 `[B, K]`, the numbers of the patches in the grid, row after row; nil for all.
    public func features(of pixels: Tensor, patches kept: Tensor?, dtype: DType, tape: ActivationTape?) throws
        -> Tensor
    {
        let width = configuration.width
        // Matrices may be kept narrower than the rows between the blocks, which have the type of vectors.
        let rowType = classEmbedding.dtype
        let count = pixels.size(0)
        if let kept { try check(kept, count: count) }
        let tokens = kept.map { $0.size(1) + 1 } ?? configuration.tokenCount
        // The type first: patches are gathered in a pass of their own, which is shorter over narrower numbers.
        var rows = try patches(of: pixels.to(dtype), kept).linear(patchWeight.reshaped([width, -1]), nil)
        rows = try rows.reshaped([count, tokens - 1, width]).to(rowType)
        rows =
            try Tensor.concatenate([classEmbedding.expanded([count, 1, width]), rows], dim: 1)
            + positions(kept).to(rowType)
        rows = try rows.reshaped([count * tokens, width])
        if let inputNorm { rows = try inputNorm(rows) }
        return try pooled(rows, count: count, tokens: tokens, dtype: dtype, tape: tape)
            .matmul(projection.to(rowType))
    }

    private func check(_ kept: Tensor, count: Int) throws {
        let all = configuration.tokenCount - 1
        guard kept.rank == 2, kept.size(0) == count, (1...all).contains(kept.size(1)), kept.dtype == .int64
        else {
            throw TorchError(
                operation: "image features of patches \(kept.summary)",
                reason: "expected int64 [\(count), 1…\(all)]: the numbers of patches of each image"
            )
        }
    }

    /// `[B, 3, H, W] → [B·K, 3·P·P]`: patch after patch, channels first.
    private func patches(of pixels: Tensor, _ kept: Tensor?) throws -> Tensor {
        let (grid, patch) = (configuration.grid, configuration.patchSize)
        let count = pixels.size(0)
        let all = try pixels.reshaped([count, 3, grid, patch, grid, patch]).permuted([0, 2, 4, 1, 3, 5])
            .reshaped([count * grid * grid, 3 * patch * patch])
        guard let kept else { return all }
        let first = try Tensor((0..<count).map { Int64($0 * grid * grid) }, on: pixels.device)
        return try all.indexSelect((kept + first.unsqueezed(1)).reshaped([-1]))
    }

    /// The class token's row and those of the patches: `[1 + G², W]`, or `[B, 1 + K, W]`.
    private func positions(_ kept: Tensor?) throws -> Tensor {
        guard let kept else { return positionalEmbedding }
        let classToken = try Tensor.zeros([kept.size(0), 1], dtype: .int64, on: kept.device)
        let numbers = try Tensor.concatenate([classToken, kept + 1], dim: 1)
        // In the rows' type, so that gradients of a narrower table are not summed in that.
        return try numbers.embedded(in: positionalEmbedding.to(classEmbedding.dtype))
    }

    private func pooled(_ rows: Tensor, count: Int, tokens: Int, dtype: DType, tape: ActivationTape?) throws
        -> Tensor
    {
        let sequences = try PackedSequences(count: count, length: tokens, on: rows.device)
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
        case .average, .averageWithClass:
            let after = configuration.normalizesAfterPooling
            let values =
                try after ? stream.joined() : outputNorm.adding(stream.branch, to: stream.residual).normalized
            let start = configuration.pooling == .average ? 1 : 0
            let mean = try values.reshaped([count, tokens, configuration.width])
                .slice(start..<tokens, dim: 1).mean(dims: [1])
            return after ? try outputNorm(mean) : mean
        }
    }
}
