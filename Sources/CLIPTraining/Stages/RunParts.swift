public import CLIPData
import CLIPModels

/// What a program gives a run in addition to the recipe.
public struct RunParts: Sendable {
    /// The losses that recipes may name.
    public var objectives: ObjectiveKinds
    /// Embeddings of captions, for models that take them in place of text.
    public var captionEmbeddings: (any CaptionEmbeddings)?

    /// The parts that come with the package, or others.
    public init(
        objectives: ObjectiveKinds = .standard,
        captionEmbeddings: (any CaptionEmbeddings)? = nil
    ) {
        self.objectives = objectives
        self.captionEmbeddings = captionEmbeddings
    }
}

extension RunParts {
    /// Opens the features of captions that a recipe names for a model that takes such; nil for a model that takes tokens, and
    /// where the program passes embeddings.
    ///
    /// - Throws: `TrainingError` where there are none, or of another width; `CaptionFeatureError`.
    func features(of recipe: Recipe, for kind: TextKind) throws -> CaptionFeatures? {
        guard case .embeddings(let width) = kind else { return nil }
        func check(_ found: Int) throws {
            guard found == width else { throw TrainingError.embeddingWidth(found: found, expected: width) }
        }
        if let captionEmbeddings {
            try check(captionEmbeddings.width)
            return nil
        }
        guard let files = recipe.data.captions.features else {
            throw TrainingError.noEmbeddings(width: width)
        }
        let features = try CaptionFeatures(files.texts)
        try check(features.width)
        return features
    }

    /// Why the features that a recipe names have no effect; nil where they have, or there are none.
    func featuresWarning(_ recipe: Recipe, for kind: TextKind) -> RecipeWarning? {
        guard recipe.data.captions.features != nil else { return nil }
        let reason: String
        switch kind {
        case .tokens: reason = "the model has a text tower."
        case .embeddings:
            guard captionEmbeddings != nil else { return nil }
            reason = "the program passes embeddings of its own."
        }
        return RecipeWarning(path: "data.captions.features", reason: reason)
    }
}
