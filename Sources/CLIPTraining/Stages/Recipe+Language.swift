import CLIPEvaluation
import CLIPModels
import Torch

extension Recipe {
    /// What reads the texts of evaluations for a model that takes vectors of a language model; nil for other models, and where
    /// nothing is evaluated on texts.
    ///
    /// - Throws: Errors of the language model, so that one that has moved is missed before training.
    func languageTexts(of configuration: ModelConfiguration, on device: Device) throws -> LanguageTexts? {
        guard let language = configuration.language, evaluate.contains(where: { $0.kind != .normalizer })
        else {
            return nil
        }
        let type = precision.type(on: device)
        let texts = LanguageTexts {
            try LanguageTexts.Reader(language.encoder(on: device, computingIn: type))
        }
        _ = try texts.width
        return texts
    }
}
