public import Foundation
public import Torch
public import TorchNN

/// An image tower and a text tower, and the parameters of the loss.
public final class CLIPModel: ImageTextModel {
    /// The architecture.
    public let configuration: ModelConfiguration
    /// How pixels are prepared.
    public let preprocessing: Preprocessing
    /// Files of the tokenizer by name, which checkpoints carry.
    public let tokenizerFiles: [String: Data]
    /// All parameters by name.
    public let parameters: ParameterStore
    /// The image tower.
    public let image: any ImageTower
    /// The text tower.
    public let text: any TextTower
    /// ln(1/τ), rank 0.
    public let logitScale: Tensor
    /// The bias of sigmoid losses, rank 0.
    public let logitBias: Tensor?
    /// `logit_scale`, `logit_bias` where there is one, and what ``ModelConfiguration/objectiveParameters`` adds.
    public let objectiveParameters: [String: Tensor]
    /// What the towers compute in; the parameters keep their own type.
    public var computeType: DType
    private let pixels: PixelNormalization
    /// The parameters and buffers of each tower.
    private let imageEntries, textEntries: ArraySlice<ParameterStore.Entry>

    /// Builds a model whose parameters come from a store, which lets go of given tensors once they are copied.
    ///
    /// - Parameter tokenizerFiles: ``CLIPText/TextTokenizer/files`` of the tokenizer with which the model is used; without
    ///   them a checkpoint of a model with another tokenizer than CLIP's relies on the vocabulary that is fetched.
    /// - Throws: ``ModelConfigurationError`` for names or sizes that cannot be; `ParameterError` for weights that do not
    ///   fit.
    public init(
        _ configuration: ModelConfiguration,
        preprocessing: Preprocessing = .init(),
        tokenizerFiles: [String: Data] = [:],
        parameters: ParameterStore
    ) throws {
        try configuration.validateObjectiveParameters()
        self.configuration = configuration
        self.preprocessing = preprocessing
        self.tokenizerFiles = tokenizerFiles
        self.parameters = parameters
        let root = parameters.root
        var before = parameters.entries.count
        image = try configuration.vision.tower(
            root / ModelConfiguration.imagePath,
            embeddingWidth: configuration.embeddingWidth,
            activation: configuration.activation
        )
        imageEntries = parameters.entries[before...]
        before = parameters.entries.count
        text = try configuration.text.tower(
            configuration.textPath.map { root / $0 } ?? root,
            embeddingWidth: configuration.embeddingWidth,
            activation: configuration.activation
        )
        textEntries = parameters.entries[before...]
        func scalar(_ name: String, _ value: Double) throws -> Tensor {
            try root.parameter(name, shape: [], .constant(value))
        }
        logitScale = try scalar("logit_scale", configuration.initialLogitScale)
        logitBias = try configuration.initialLogitBias.map { try scalar("logit_bias", $0) }
        var scalars = ["logit_scale": logitScale]
        scalars["logit_bias"] = logitBias
        for (name, value) in configuration.objectiveParameters.sorted(by: { $0.key < $1.key }) {
            scalars[name] = try scalar(name, value)
        }
        objectiveParameters = scalars
        computeType = parameters.dtype
        pixels = try PixelNormalization(
            mean: preprocessing.mean,
            deviation: preprocessing.deviation,
            on: parameters.device
        )
        parameters.releaseSource()
    }

    /// Width of the features.
    public var embeddingWidth: Int { configuration.embeddingWidth }
    /// Side of the images in pixels.
    public var imageSize: Int { configuration.vision.imageSize }
    /// In which form the model takes texts.
    public var textKind: TextKind { configuration.text.kind }

    /// The sides whose tower has a parameter that is not frozen.
    public var recordedSides: FeatureSides {
        var sides: FeatureSides = []
        if imageEntries.contains(where: \.isTrained) { sides.insert(.image) }
        if textEntries.contains(where: \.isTrained) { sides.insert(.text) }
        return sides
    }

    /// Patches per side of an image; nil where the image tower has none.
    public var patchGrid: Int? { configuration.vision.patchGrid }

    /// Unit-length image features `[B, D]` of uint8 images `[B, 3, H, W]`.
    ///
    /// - Parameter tape: Where given, it keeps the inputs of the blocks instead of their activations, and the
    ///   gradients go back through ``TorchNN/ActivationTape/backward(_:)``.
    public func imageFeatures(_ images: Tensor, tape: ActivationTape?) throws -> Tensor {
        try imageFeatures(images, patches: nil, tape: tape)
    }

    /// The same of some patches of each image, or of all.
    public func imageFeatures(_ images: Tensor, patches: Tensor?, tape: ActivationTape?) throws -> Tensor {
        guard images.rank == 4, images.shape[1...] == [3, imageSize, imageSize] else {
            throw TorchError(
                operation: "imageFeatures(\(images.summary))",
                reason: "this model takes images of [3, \(imageSize), \(imageSize)]"
            )
        }
        let normalized = try pixels(images.to(device))
        return try image.features(of: normalized, patches: patches, dtype: computeType, tape: tape)
            .normalized()
    }

    /// Unit-length text features `[N, D]`.
    ///
    /// - Parameter tape: As for images; one tape may serve both towers.
    public func textFeatures(_ texts: TextInput, tape: ActivationTape?) throws -> Tensor {
        try text.features(of: texts, dtype: computeType, tape: tape).normalized()
    }
}
