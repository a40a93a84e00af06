public import CLIPModels

extension Recipe.Model {
    /// A configuration with the text side, the sizes and the positions that the recipe gives it.
    ///
    /// - Throws: `RecipeError` for those that the model cannot have, with the key and what it could.
    public func applied(to configuration: ModelConfiguration) throws -> ModelConfiguration {
        var configuration = configuration
        if let text {
            configuration.text = text.configuration
            configuration.nestsTextParameters = false
        }
        if let embedDim { configuration.embeddingWidth = embedDim }
        if let imageSize {
            configuration = try Self.naming("imageSize") { try configuration.resized(imageSize: imageSize) }
        }
        if let contextLength {
            configuration = try Self.naming("contextLength") {
                try configuration.resized(contextLength: contextLength)
            }
        }
        if let positions {
            configuration = try Self.naming("positions") { try configuration.positioned(positions) }
        }
        return configuration
    }

    private static func naming<R>(_ key: String, _ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let error as ModelConfigurationError {
            let kind: RecipeProblem.Kind =
                if case .value(_, let found, let expected) = error {
                    .invalidValue(found: found, expected: expected)
                } else {
                    .conflict(reason: "\(error).")
                }
            throw RecipeError([RecipeProblem(kind, path: "model.\(key)")])
        }
    }

    /// Differences of configurations, in which what the recipe itself says is not put down to `model.config`.
    func attributing(_ differences: [String]) -> [String] {
        let keys = [
            ("vision_cfg.image_size is", imageSize == nil ? nil : "imageSize"),
            ("text_cfg.context_length is", contextLength == nil ? nil : "contextLength"),
            ("swift_clip.positions is", positions == nil ? nil : "positions"),
            ("embed_dim is", embedDim == nil ? nil : "embedDim"),
            ("swift_clip.text.", text == nil ? nil : "text"),
            ("the text side is", text == nil ? nil : "text"),
        ]
        return differences.map { difference in
            guard let key = keys.first(where: { difference.hasPrefix($0.0) })?.1 else { return difference }
            return difference.replacing("in model.config", with: "in model.\(key)")
        }
    }
}
