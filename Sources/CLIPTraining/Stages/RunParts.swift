public import CLIPData

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
    /// The embeddings for a model that takes such of a width.
    func embeddings(ofWidth width: Int) throws -> any CaptionEmbeddings {
        guard let embeddings = captionEmbeddings else { throw TrainingError.noEmbeddings(width: width) }
        guard embeddings.width == width else {
            throw TrainingError.embeddingWidth(found: embeddings.width, expected: width)
        }
        return embeddings
    }
}
