import ArgumentParser
import CLIPEvaluation
import CLIPModels
import CLIPText
import CLIPTraining
import Torch

/// The model that a command uses, and how it runs.
struct CheckpointOptions: ParsableArguments {
    @Option(
        name: .customLong("checkpoint"),
        help: "A directory in open_clip's layout, or a run (its newest checkpoint).",
        completion: .directory
    )
    var path: String

    @Option(name: .long, help: "What the towers compute in: float32, bf16 or auto.")
    var precision: PrecisionOption = .float32

    @Option(name: .long, parsing: .unconditional, help: "Images that go through the tower at a time.")
    var imageBatch = 64

    @OptionGroup var device: DeviceOptions
    @OptionGroup var threads: ThreadOptions

    /// The model with its tokenizer and transform.
    ///
    /// - Parameters:
    ///   - pixels: How image files become pixels where it is to be another way than the checkpoint's.
    ///   - evaluates: Whether texts are reduced where the recipe of the checkpoint asks for that in evaluations.
    ///   - language: Where the language model lies that reads texts; nil for a command that reads none.
    func extractor(
        _ pixels: PixelOptions? = nil,
        evaluates: Bool = false,
        language: LanguageOptions? = nil
    ) throws -> FeatureExtractor {
        try threads.apply()
        let directory = try CheckpointDirectory(path)
        let reference = try language?.reference(of: directory)
        let tokenizer = try directory.tokenizer()
        let model = try directory.model(on: device.device)
        model.computeType = precision.value.type(on: model.device)
        return try FeatureExtractor(
            model,
            tokenizer: tokenizer,
            language: reference.map {
                LanguageTexts($0, on: model.device, computingIn: model.computeType)
            },
            options: EvaluationOptions(
                imageBatch: imageBatch,
                threads: threads.count,
                pixels: pixels?.changes ?? .init(),
                textReduction: evaluates ? reducer(tokenizer, for: model) : nil,
                maximumPixels: Recipe.Source().maximumPixels,
                stop: Stopping.signal
            )
        )
    }

    private func reducer(_ tokenizer: any TextTokenizer, for model: CLIPModel) throws -> TextReducer? {
        let recipe: Recipe?
        let directory = try CheckpointDirectory(path)
        do {
            recipe = try Recipe.ofCheckpoint(directory)
        } catch let error as RecipeError {
            if Recipe.asksForReducedEvaluations(directory) {
                Console.note(
                    "warning: texts are not reduced: the checkpoint's recipe cannot be read: \(error)"
                )
            }
            return nil
        }
        guard let reducer = try recipe?.evaluationReducer(tokenizer, for: model.textKind) else { return nil }
        Console.note(
            "note: texts are reduced to \(reducer.budget) tokens (\(reducer.reduction.rawValue)), as the checkpoint's recipe says"
        )
        return reducer
    }
}

extension StatusLine {
    /// Shows how far an evaluation is.
    func show(_ progress: EvaluationProgress) {
        update("\(progress.phase.rawValue): \(progress.done) of \(progress.total)")
    }
}

extension SkippedSamples {
    /// What was left out, as the end of a sentence; nothing where nothing was.
    var text: String {
        guard total > 0 else { return "" }
        let kinds = kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return "; \(total) bad samples left out: \(kinds)"
    }
}
