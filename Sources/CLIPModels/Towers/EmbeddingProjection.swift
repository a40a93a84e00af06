public import Torch
public import TorchNN

/// The text side of a model that takes embeddings of captions, which another model computed: a linear map, or nothing.
///
/// Its parameters, where it has any, are `text_projection.weight` `[D, d]` and `text_projection.bias` `[D]`.
public struct EmbeddingProjection: TextTower {
    /// The architecture.
    public let configuration: EmbeddingProjectionConfiguration
    private let projection: Linear?
    private let dtype: DType
    private let device: Device

    /// Asks for the parameters.
    ///
    /// - Throws: ``ModelConfigurationError`` where there is no projection and the widths differ.
    public init(
        _ path: ParameterPath,
        _ configuration: EmbeddingProjectionConfiguration,
        embeddingWidth: Int
    ) throws {
        try configuration.validate(embeddingWidth: embeddingWidth)
        self.configuration = configuration
        // The matrix may be kept narrower; the rows have the type of the model.
        (dtype, device) = (path.store.dtype, path.store.device)
        let (width, path) = (configuration.width, path / "text_projection")
        let scale = Initializer.normal(deviation: 1 / Double(width).squareRoot())
        projection =
            switch configuration.projection {
            case .identity: nil
            case .linear:
                Linear(
                    weight: try path.parameter("weight", shape: [embeddingWidth, width], scale),
                    bias: configuration.hasBias
                        ? try path.parameter("bias", shape: [embeddingWidth], .zeros) : nil
                )
            }
    }

    /// Features before unit length: embeddings `[N, d]` → `[N, D]`.
    ///
    /// The map is computed in the type of the model's parameters, whatever `dtype` is: it is a small part of a step.
    public func features(of texts: TextInput, dtype: DType, tape: ActivationTape?) throws -> Tensor {
        guard case .embeddings(let rows) = texts else {
            throw TextInputError.tokensForEmbeddings(count: texts.count, width: configuration.width)
        }
        guard rows.rank == 2, rows.size(1) == configuration.width else {
            throw TextInputError.embeddingShape(found: rows.shape, width: configuration.width)
        }
        let values = try rows.to(self.dtype, on: device)
        return try projection.map { try $0(values) } ?? values
    }
}
