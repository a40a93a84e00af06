public import Torch
public import TorchNN

/// A two-tower image-text model.
public final class CLIPModel {
    /// The architecture.
    public let configuration: ModelConfiguration
    /// How pixels are prepared.
    public let preprocessing: Preprocessing
    /// All parameters by name.
    public let parameters: ParameterStore
    /// The image tower.
    public let vision: VisionTransformer
    /// The text tower.
    public let text: TextTransformer
    /// ln(1/τ), rank 0.
    public let logitScale: Tensor
    /// The bias of sigmoid losses, rank 0.
    public let logitBias: Tensor?
    /// What the blocks of the towers compute in; the parameters keep their own type.
    public var computeType: DType
    private let pixels: PixelNormalization

    /// Builds a model whose parameters come from a store.
    public init(
        _ configuration: ModelConfiguration,
        preprocessing: Preprocessing = .init(),
        parameters: ParameterStore
    ) throws {
        self.configuration = configuration
        self.preprocessing = preprocessing
        self.parameters = parameters
        let root = parameters.root
        vision = try VisionTransformer(
            root / "visual",
            configuration.vision,
            embeddingWidth: configuration.embeddingWidth,
            activation: configuration.activation
        )
        text = try TextTransformer(
            configuration.nestsTextParameters ? root / "text" : root,
            configuration.text,
            embeddingWidth: configuration.embeddingWidth,
            activation: configuration.activation
        )
        logitScale = try root.parameter("logit_scale", shape: [], .constant(configuration.initialLogitScale))
        logitBias = try configuration.initialLogitBias.map {
            try root.parameter("logit_bias", shape: [], .constant($0))
        }
        computeType = parameters.dtype
        pixels = try PixelNormalization(
            mean: preprocessing.mean,
            deviation: preprocessing.deviation,
            patch: configuration.vision.patchSize,
            on: parameters.device
        )
    }

    /// Where the model lies.
    public var device: Device { parameters.device }

    /// Unit-length image features `[B, D]` of uint8 images `[B, 3, H, W]`.
    ///
    /// - Parameter tape: Where given, it keeps the inputs of the blocks instead of their activations, and the
    ///   gradients go back through ``TorchNN/ActivationTape/backward(_:)``.
    public func imageFeatures(_ images: Tensor, tape: ActivationTape? = nil) throws -> Tensor {
        let size = configuration.vision.imageSize
        guard images.rank == 4, images.shape[1...] == [3, size, size] else {
            throw TorchError(
                operation: "imageFeatures(\(images.summary))",
                reason: "this model takes images of [3, \(size), \(size)]"
            )
        }
        let patches = try pixels.patches(of: images.to(device))
        return try vision(patches: patches, dtype: computeType, tape: tape).normalized()
    }

    /// Unit-length text features `[N, D]`.
    ///
    /// - Parameter tape: As for images; one tape may serve both towers.
    public func textFeatures(_ texts: TokenSequences, tape: ActivationTape? = nil) throws -> Tensor {
        try text(texts, dtype: computeType, tape: tape).normalized()
    }
}
