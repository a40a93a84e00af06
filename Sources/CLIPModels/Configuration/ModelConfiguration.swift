public import Foundation
public import Torch

/// A CLIP model's architecture in open_clip's JSON schema (`model_cfg`).
public struct ModelConfiguration: Sendable, Equatable {
    /// Width of the features that the towers share.
    public var embeddingWidth: Int
    /// The image tower.
    public var vision: VisionConfiguration
    /// The text tower.
    public var text: TextConfiguration
    /// The hidden activation of both towers.
    public var activation: Activation
    /// Whether the text tower's parameters stand under `text.`.
    public var nestsTextParameters: Bool
    /// The first value of `logit_scale`, ln(1/τ).
    public var initialLogitScale: Double
    /// The first value of `logit_bias`; nil where the model has none.
    public var initialLogitBias: Double?

    /// Reads a `model_cfg` object.
    ///
    /// - Throws: ``ModelConfigurationError`` that names the key which is missing, malformed or not supported.
    public init(json data: Data) throws {
        try self.init(ConfigurationReader.parse(data))
    }

    init(_ object: [String: Any]) throws {
        var reader = ConfigurationReader(object, path: "")
        embeddingWidth = try reader.requiredSize("embed_dim")
        var visionReader = try reader.object("vision_cfg")
        vision = try VisionConfiguration(&visionReader)
        var textReader = try reader.object("text_cfg")
        text = try TextConfiguration(&textReader)
        activation = try reader.flag("quick_gelu") ? .quickGELU : .gelu
        nestsTextParameters = try reader.flag("custom_text")
        initialLogitScale = try reader.real("init_logit_scale") ?? Self.logitScale(temperature: 0.07)
        initialLogitBias = try reader.real("init_logit_bias")
        try reader.finish()
    }

    /// ln(1/τ)
    public static func logitScale(temperature: Double) -> Double { -log(temperature) }

    /// The same architecture for another side of the input images and another number of text positions.
    ///
    /// - Throws: ``ModelConfigurationError`` for sizes that cannot be.
    public func resized(imageSize: Int? = nil, contextLength: Int? = nil) throws -> ModelConfiguration {
        var json = json
        if let imageSize, var vision = json["vision_cfg"] as? [String: Any] {
            vision["image_size"] = imageSize
            json["vision_cfg"] = vision
        }
        if let contextLength, var text = json["text_cfg"] as? [String: Any] {
            text["context_length"] = contextLength
            json["text_cfg"] = text
        }
        return try ModelConfiguration(json)
    }

    /// The `model_cfg` object, with what differs from open_clip's defaults.
    public var json: [String: Any] {
        var json: [String: Any] = [
            "embed_dim": embeddingWidth, "vision_cfg": vision.json, "text_cfg": text.json,
        ]
        if activation == .quickGELU { json["quick_gelu"] = true }
        if nestsTextParameters { json["custom_text"] = true }
        if initialLogitScale != Self.logitScale(temperature: 0.07) {
            json["init_logit_scale"] = initialLogitScale
        }
        if let initialLogitBias { json["init_logit_bias"] = initialLogitBias }
        return json
    }
}
