import Foundation
public import Torch

/// A CLIP model's architecture: two towers, and the parameters of the loss.
///
/// open_clip's JSON schema (`model_cfg`) expresses most of it; what it cannot express stands next to it, under
/// `swift_clip`.
public struct ModelConfiguration: Sendable, Equatable {
    /// Width of the features that the towers share.
    public var embeddingWidth: Int
    /// The image tower.
    public var vision: any ImageTowerConfiguration
    /// The text tower.
    public var text: any TextTowerConfiguration
    /// The hidden activation of both towers.
    public var activation: Activation
    /// Whether the text tower's parameters stand under `text.`.
    public var nestsTextParameters: Bool
    /// The first value of `logit_scale`, ln(1/τ).
    public var initialLogitScale: Double
    /// The first value of `logit_bias`; nil where the model has none.
    public var initialLogitBias: Double?
    /// First values of more parameters, each rank 0, that a loss asks for by these names.
    public var objectiveParameters: [String: Double]

    /// Describes a model.
    public init(
        embeddingWidth: Int,
        vision: any ImageTowerConfiguration,
        text: any TextTowerConfiguration,
        activation: Activation = .gelu,
        nestsTextParameters: Bool = false,
        initialLogitScale: Double = Self.logitScale(temperature: 0.07),
        initialLogitBias: Double? = nil,
        objectiveParameters: [String: Double] = [:]
    ) {
        self.embeddingWidth = embeddingWidth
        self.vision = vision
        self.text = text
        self.activation = activation
        self.nestsTextParameters = nestsTextParameters
        self.initialLogitScale = initialLogitScale
        self.initialLogitBias = initialLogitBias
        self.objectiveParameters = objectiveParameters
    }

    /// ln(1/τ)
    public static func logitScale(temperature: Double) -> Double { -log(temperature) }

    /// The same architecture for another side of the input images and another number of text positions.
    ///
    /// - Throws: ``ModelConfigurationError`` for sizes that cannot be.
    public func resized(imageSize: Int? = nil, contextLength: Int? = nil) throws -> ModelConfiguration {
        var resized = self
        if let imageSize { resized.vision = try vision.resized(imageSize: imageSize) }
        if let contextLength { resized.text = try text.resized(contextLength: contextLength) }
        return resized
    }

    /// The same architecture with other positions of an image's patches.
    ///
    /// - Throws: ``ModelConfigurationError`` for a tower that cannot have them.
    public func positioned(_ positions: PatchPositions) throws -> ModelConfiguration {
        var other = self
        other.vision = try vision.positioned(positions)
        return other
    }

    /// Whether both describe the same model; towers of different kinds differ.
    public static func == (left: ModelConfiguration, right: ModelConfiguration) -> Bool {
        left.embeddingWidth == right.embeddingWidth && left.vision.isEqual(to: right.vision)
            && left.text.isEqual(to: right.text) && left.activation == right.activation
            && left.nestsTextParameters == right.nestsTextParameters
            && left.initialLogitScale == right.initialLogitScale
            && left.initialLogitBias == right.initialLogitBias
            && left.objectiveParameters == right.objectiveParameters
    }

    /// What the names of the image tower's parameters start with.
    static let imagePath = "visual"
    /// What the names of the text tower's parameters start with; nil for nothing.
    var textPath: String? { nestsTextParameters ? "text" : nil }
}
