/// The kinds of towers that JSON can name, and the only place that picks one.
enum TowerKinds {
    /// The image tower of a `model_cfg`, and what `swift_clip` next to it says of it.
    static func image(_ model: inout ConfigurationReader, own: inout ConfigurationReader) throws
        -> any ImageTowerConfiguration
    {
        var reader = try model.object("vision_cfg")
        if reader.raw("layers") is [Any] {
            throw ModelConfigurationError.unsupported(
                key: reader.name("layers"),
                value: "a list (a ResNet tower)"
            )
        }
        return try VisionTransformerConfiguration(&reader, own: &own)
    }

    /// The text tower of a `model_cfg`, or of the `swift_clip` object next to it.
    static func text(
        _ model: inout ConfigurationReader,
        own: inout ConfigurationReader,
        embeddingWidth: Int
    ) throws -> any TextTowerConfiguration {
        guard own.raw("text") != nil else {
            var reader = try model.object("text_cfg")
            return try TextTransformerConfiguration(&reader)
        }
        guard model.raw("text_cfg") == nil else {
            throw ModelConfigurationError.value(
                key: model.name("text_cfg"),
                found: "an object",
                expected: "nothing, as '\(own.name("text"))' describes the text side"
            )
        }
        var reader = try own.object("text")
        let kind = try reader.requiredText("kind")
        switch kind {
        case EmbeddingProjectionConfiguration.kindName:
            let text = try EmbeddingProjectionConfiguration(&reader)
            try text.validate(embeddingWidth: embeddingWidth)
            return text
        case AdapterTextConfiguration.kindName: return try AdapterTextConfiguration(&reader)
        default:
            let kinds = [EmbeddingProjectionConfiguration.kindName, AdapterTextConfiguration.kindName]
            throw ModelConfigurationError.value(
                key: reader.name("kind"),
                found: "'\(kind)'",
                expected: kinds.map { "'\($0)'" }.joined(separator: " or ")
            )
        }
    }
}
