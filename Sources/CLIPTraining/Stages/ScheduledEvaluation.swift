import CLIPData
import CLIPEvaluation
import CLIPLanguage
import CLIPModels
import CLIPObjectives
import CLIPText
import RemoteFiles

/// An evaluation that a recipe asks for during training.
final class ScheduledEvaluation {
    private enum Task {
        case zeroShot(ZeroShotDataset)
        case retrieval(RetrievalDataset)
        case normalizer(NormalizerEvaluation)
        case captions(CaptionRetrieval, ShardDataset)
    }

    /// What its metrics begin with; no other evaluation of the stage has it.
    let name: String
    private let task: Task
    private let tokenizer: any TextTokenizer
    private let language: LanguageTexts?
    private let options: EvaluationOptions
    private let every: TrainingDuration
    private var cadence: Cadence?
    private let number: Int

    /// Opens the data, so that a wrong path fails before training.
    ///
    /// - Parameters:
    ///   - number: The evaluation's place in the recipe's list.
    ///   - texts: How captions of the training data reach the model, and `captions` which ones.
    ///   - language: Reads texts for a model that takes vectors of them.
    /// - Throws: ``ScheduledEvaluationError``.
    init(
        _ number: Int,
        recipe: Recipe,
        data: any SampleSource,
        tokenizer: any TextTokenizer,
        texts: CaptionInput,
        captions: CaptionPolicy,
        language: LanguageTexts?,
        reducer: TextReducer?,
        remote: RemoteData,
        stop: StopSignal?
    ) throws {
        let evaluation = recipe.evaluate[number]
        self.number = number
        name = Self.name(of: evaluation, among: recipe.evaluate)
        task = try ScheduledEvaluationError.naming(number, hasData: evaluation.kind != .normalizer) {
            switch evaluation.kind {
            case .zeroshot:
                let data = try ZeroShotDataset.open(evaluation.data, options: IndexOptions(remote: remote))
                try data.source.requireImages(recipe.data.imageFields)
                return .zeroShot(data)
            case .retrieval:
                let data = try RetrievalDataset.open(
                    [evaluation.data],
                    captions: evaluation.captions ?? recipe.data.captions.sampleFields,
                    captionPerLine: evaluation.captionPerLine,
                    options: IndexOptions(remote: remote)
                )
                try data.source.requireImages(recipe.data.imageFields)
                return .retrieval(data)
            case .captions:
                let retrieval = try CaptionRetrieval(evaluation.captions ?? [])
                let data = try ShardDataset.open(
                    [evaluation.data],
                    options: IndexOptions(remote: remote)
                )
                for field in [retrieval.fields.first, retrieval.fields.second] {
                    try data.requireCaptions([field])
                }
                return .captions(retrieval, data)
            case .normalizer:
                var evaluation = NormalizerEvaluation(
                    recipe: recipe,
                    data: data,
                    tokenizer: tokenizer,
                    reducer: reducer,
                    stop: stop
                )
                if case .embeddings(let vectors) = texts {
                    evaluation.vectors = try .init(oneOf: captions, vectors)
                }
                return .normalizer(evaluation)
            }
        }
        self.tokenizer = tokenizer
        self.language = language
        options = EvaluationOptions(
            textReduction: reducer,
            maximumPixels: recipe.data.maximumPixels,
            imageFields: recipe.data.imageFields,
            maximumBadSampleRate: recipe.data.maximumBadSampleRate,
            stop: stop
        )
        every = evaluation.every
    }

    /// Whether averaged weights are evaluated where there are any; normalizers belong to the weights that are trained.
    var takesAverages: Bool {
        if case .normalizer = task { false } else { true }
    }

    /// Starts to count from a position; what was due up to there counts as done.
    func start(at position: TrainingPosition, _ pace: TrainingPace) {
        cadence = pace.cadence(of: every, from: position)
    }

    /// Whether there is a result of this evaluation among names of metrics.
    func isAmong(_ names: Set<String>) -> Bool {
        names.contains { metric in
            guard metric.hasPrefix("\(name)/") else { return false }
            // The data of another evaluation may lie below this one's.
            return !takesAverages || !metric.dropFirst(name.count + 1).contains("/")
        }
    }

    /// Metrics of two evaluations must not share a name.
    private static func name(of evaluation: Recipe.Evaluation, among all: [Recipe.Evaluation]) -> String {
        let ofKind = all.filter { $0.kind == evaluation.kind }
        guard ofKind.count > 1 else { return evaluation.kind.rawValue }
        func label(_ evaluation: Recipe.Evaluation) -> String { evaluation.name ?? evaluation.data }
        let place = ofKind.filter { label($0) == label(evaluation) }.firstIndex(of: evaluation) ?? 0
        return "\(evaluation.kind.rawValue)/\(label(evaluation))\(place > 0 ? "#\(place + 1)" : "")"
    }

    func isDue(at position: TrainingPosition) -> Bool { cadence?.isDue(at: position) ?? false }

    /// The metrics, as `zeroshot/acc1`.
    func run(_ model: any ImageTextModel, _ objective: any Objective, step: Int) throws -> [String: Double] {
        let extractor = { [tokenizer, language, options] in
            try FeatureExtractor(model, tokenizer: tokenizer, language: language, options: options)
        }
        let metrics = try ScheduledEvaluationError.naming(number, hasData: takesAverages) {
            switch task {
            case .zeroShot(let data): try ZeroShotClassification(extractor()).evaluate(data).metrics
            case .normalizer(let evaluation): try evaluation.run(model, objective, step: step).metrics
            case .retrieval(let data): try Retrieval(extractor()).evaluate(data).metrics
            case .captions(let retrieval, let data):
                try retrieval.evaluate(data, stop: options.stop) { texts in
                    guard let pairs = model as? CaptionPairModel else {
                        return try extractor().textFeatures(of: texts)
                    }
                    return try pairs.encoder.vectors(of: texts) { try options.stop?.check() }
                }.metrics
            }
        }
        return Dictionary(uniqueKeysWithValues: metrics.map { ("\(name)/\($0.key)", $0.value) })
    }

    /// The metrics in one line, sorted by name.
    func summary(_ values: [String: Double]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key) \(($0.value * 1e4).rounded() / 1e4)" }
            .joined(separator: "  ")
    }
}
