import CLIPData
import CLIPModels
import CLIPText

extension RunSetup.Preparation {
    /// How captions reach the model.
    func texts(
        for configuration: ModelConfiguration,
        _ tokenizer: any TextTokenizer,
        reducedBy reducer: TextReducer?,
        features: () throws -> (any CaptionEmbeddings)?
    ) throws -> CaptionInput {
        switch configuration.text.kind {
        case .tokens(let contextLength):
            if let reducer { return .drawnTokens { reducer.tokens($0, using: &$1) } }
            return .tokens { tokenizer.tokens($0, contextLength: contextLength) }
        case .embeddings(let width):
            guard let embeddings = try parts.captionEmbeddings ?? features() else {
                throw TrainingError.noEmbeddings(width: width)
            }
            return .embeddings(embeddings)
        }
    }
}
