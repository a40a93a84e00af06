import CLIPData
import CLIPLanguage
import CLIPModels
import Foundation

extension ModelConfiguration {
    /// The model with the language model by which the vectors of captions are, so that its checkpoints name it.
    ///
    /// Vectors that do not say so leave it unnamed.
    ///
    /// - Parameter known: The language model whose vectors the text side was trained on before, to compare with.
    /// - Throws: `TrainingError.otherLanguage` where the vectors are another one's.
    func reading(_ vectors: any CaptionEmbeddings, after known: LanguageReference?) throws
        -> ModelConfiguration
    {
        guard var adapter = text as? AdapterTextConfiguration else { return self }
        adapter.language = try vectors.origin.map(LanguageReference.init)
        if let known, let found = adapter.language, known.fingerprint != found.fingerprint {
            throw TrainingError.otherLanguage(
                trained: "\(known.path) (\(known.fingerprint.prefix(12)))",
                found: "\(found.path) (\(found.fingerprint.prefix(12)))"
            )
        }
        var named = self
        named.text = adapter
        return named
    }

    /// The language model that reads texts for the model.
    var language: LanguageReference? { (text as? AdapterTextConfiguration)?.language }
}

extension LanguageReference {
    /// What vectors say of the language model that made them.
    init(_ origin: CaptionEmbeddingsOrigin) throws {
        self.init(
            path: origin.path,
            adapter: origin.adapter,
            fingerprint: origin.fingerprint,
            encoding: try JSONDecoder().decode(SentenceEncoding.self, from: origin.encoding)
        )
    }
}
