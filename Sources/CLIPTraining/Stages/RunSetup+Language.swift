import CLIPData
import CLIPLanguage
import Foundation

extension RunSetup.Preparation {
    /// The set-up of a stage that trains a language model on pairs of texts.
    mutating func languageSetup(_ number: Int, _ stage: Recipe.Stage) throws -> StageSetup {
        let recipe = stage.recipe
        let language = try LanguageStage(recipe, on: device)
        let captions = try recipe.captionPolicy(stop: stop, output: output)
        let data = try data(recipe.data.train.patterns)
        guard data.count >= recipe.batch else {
            throw TrainingError.tooFewSamples(found: data.count, batch: recipe.batch)
        }
        let threads = recipe.workerCount(on: device)
        if !recipe.data.train.entries.contains(where: \.pairs) {
            try recipe.reportCaptions(captions, of: data, threads: threads, to: output)
        }
        let texts = CaptionInput.sentences { [tokens = language.tokens] in tokens.tokens($0) }
        let setup = StageSetup(
            number: number,
            stage: stage,
            architecture: .language(language),
            device: device,
            data: data,
            captions: captions,
            texts: texts,
            reducer: nil,
            tokenizerFiles: [:],
            pace: try TrainingPace(recipe, samplesPerEpoch: data.count),
            evaluations: try recipe.evaluate.indices.map {
                try ScheduledEvaluation(
                    $0,
                    recipe: recipe,
                    data: data,
                    tokenizer: language.tokens.tokenizer,
                    texts: texts,
                    captions: captions,
                    language: nil,
                    reducer: nil,
                    remote: remote,
                    stop: stop
                )
            },
            stop: stop
        )
        // Fields that no sample has are found here, before there is a directory.
        _ = try setup.loader(stream: number)
        return setup
    }
}
