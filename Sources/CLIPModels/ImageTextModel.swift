public import Torch
public import TorchNN

/// What turns a batch into features: all that training, evaluation and export know of a model.
///
/// ``CLIPModel`` is one. Another may share an encoder between the sides, or have no towers at all: its parameters are
/// one set of names, and it says itself which of its sides are trained.
public protocol ImageTextModel: AnyObject {
    /// All parameters and buffers by name, those of the loss among them.
    var parameters: ParameterStore { get }
    /// The parameters that belong to the loss, by name, each rank 0: `logit_scale`, `logit_bias` and others.
    var objectiveParameters: [String: Tensor] { get }
    /// The device of the parameters.
    var device: Device { get }
    /// What most of the model computes in; the parameters keep their own type.
    var computeType: DType { get set }
    /// Width of the features.
    var embeddingWidth: Int { get }
    /// Side of the images in pixels.
    var imageSize: Int { get }
    /// Patches per side of an image; nil for a model that cannot compute some of them only.
    var patchGrid: Int? { get }
    /// How pixels are prepared.
    var preprocessing: Preprocessing { get }
    /// In which form the model takes texts.
    var textKind: TextKind { get }
    /// The sides that depend on a parameter which requires a gradient. The features of the others build no graph.
    var recordedSides: FeatureSides { get }

    /// Unit-length image features `[B, D]` of uint8 images `[B, 3, H, W]`.
    ///
    /// - Parameter tape: Where given, the parts of the model that it can compute again are segments of it, and the
    ///   gradients go back through ``TorchNN/ActivationTape/backward(_:)``. One tape may serve both sides.
    /// - Throws: `TorchError`, for images of another shape too.
    func imageFeatures(_ images: Tensor, tape: ActivationTape?) throws -> Tensor

    /// The same of some patches of each image.
    ///
    /// - Parameter patches: int64 `[B, K]`, as ``ModelInput/keptPatches``; nil for all.
    func imageFeatures(_ images: Tensor, patches: Tensor?, tape: ActivationTape?) throws -> Tensor

    /// Unit-length text features `[N, D]` of N texts.
    ///
    /// - Parameter tape: As for images.
    /// - Throws: ``TextInputError`` for texts that the model cannot take; `TorchError`.
    func textFeatures(_ texts: TextInput, tape: ActivationTape?) throws -> Tensor

    /// The features of some sides of a batch, and the losses that the model adds of its own.
    ///
    /// Each row depends on its own input alone, so that a batch may come in parts, and each part twice.
    /// What draws at random draws by a key of the row: ``ModelInput/position`` and the row's number.
    func features(of input: ModelInput, sides: FeatureSides, tape: ActivationTape?) throws -> ModelFeatures

    /// Writes a checkpoint directory, whole or not at all; the target must not hold anything yet.
    ///
    /// - Parameter values: Takes the place of parameters and buffers of the same name, for example moving averages.
    func save(to path: String, values: [String: Tensor]) throws
}

extension ImageTextModel {
    /// Where the parameters lie.
    public var device: Device { parameters.device }

    /// None.
    public var patchGrid: Int? { nil }

    /// The features of whole images; a choice of patches is refused.
    public func imageFeatures(_ images: Tensor, patches: Tensor?, tape: ActivationTape?) throws -> Tensor {
        guard let patches else { return try imageFeatures(images, tape: tape) }
        throw TorchError(
            operation: "imageFeatures of patches \(patches.summary)",
            reason: "this model computes whole images only"
        )
    }

    /// Each side from its own function, without losses of the model's own.
    public func features(of input: ModelInput, sides: FeatureSides, tape: ActivationTape?) throws
        -> ModelFeatures
    {
        ModelFeatures(
            image: sides.contains(.image)
                ? try imageFeatures(input.images, patches: input.keptPatches, tape: tape) : nil,
            text: sides.contains(.text) ? try textFeatures(input.texts, tape: tape) : nil
        )
    }

    /// Unit-length image features `[B, D]` of uint8 images `[B, 3, H, W]`, with all activations kept.
    public func imageFeatures(_ images: Tensor) throws -> Tensor { try imageFeatures(images, tape: nil) }

    /// Unit-length text features `[N, D]`, with all activations kept.
    public func textFeatures(_ texts: TextInput) throws -> Tensor { try textFeatures(texts, tape: nil) }

    /// Unit-length text features `[N, D]` of token ids.
    public func textFeatures(_ texts: TokenSequences, tape: ActivationTape? = nil) throws -> Tensor {
        try textFeatures(.tokens(texts), tape: tape)
    }

    /// Writes a checkpoint directory, whole or not at all; the target must not hold anything yet.
    public func save(to path: String) throws { try save(to: path, values: [:]) }
}
