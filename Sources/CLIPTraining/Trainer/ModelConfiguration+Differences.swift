import CLIPModels

extension ModelConfiguration {
    /// What keeps weights of the other from fitting, as `vision_cfg.layers is 2, not 1`; empty where they fit.
    ///
    /// The first temperature and the names of parameters do not matter.
    func towerDifferences(from other: ModelConfiguration) -> [String] {
        Self.differences([("embed_dim", embeddingWidth, other.embeddingWidth)])
            + vision.differences(from: other.vision) + text.differences(from: other.text)
            + (activation == other.activation ? [] : ["quick_gelu differs"])
    }

    fileprivate static func differences<Value: Equatable>(_ values: [(String, Value, Value)]) -> [String] {
        values.filter { $0.1 != $0.2 }.map { "\($0.0) is \($0.2) there and \($0.1) in model.config" }
    }
}

extension VisionConfiguration {
    fileprivate func differences(from other: VisionConfiguration) -> [String] {
        let found = ModelConfiguration.differences([
            ("vision_cfg.image_size", imageSize, other.imageSize),
            ("vision_cfg.patch_size", patchSize, other.patchSize),
            ("vision_cfg.width", width, other.width), ("vision_cfg.layers", layers, other.layers),
            ("vision_cfg.head_width", headWidth, other.headWidth),
        ])
        let rest = ModelConfiguration.differences([("vision_cfg.mlp_ratio", mlpRatio, other.mlpRatio)])
        // Pooling and normalisation are rarely what differs.
        return found.isEmpty && rest.isEmpty && self != other
            ? ["pooling or normalisation of vision_cfg differ"] : found + rest
    }
}

extension TextConfiguration {
    fileprivate func differences(from other: TextConfiguration) -> [String] {
        let found = ModelConfiguration.differences([
            ("text_cfg.context_length", contextLength, other.contextLength),
            ("text_cfg.vocab_size", vocabularySize, other.vocabularySize),
            ("text_cfg.width", width, other.width), ("text_cfg.heads", heads, other.heads),
            ("text_cfg.layers", layers, other.layers),
        ])
        let rest = ModelConfiguration.differences([("text_cfg.mlp_ratio", mlpRatio, other.mlpRatio)])
        return found.isEmpty && rest.isEmpty && self != other
            ? ["mask, pooling or normalisation of text_cfg differ"] : found + rest
    }
}
