import CLIPData
import CLIPEvaluation
import CLIPModels
import CLIPObjectives
import CLIPText
import RemoteFiles
import Torch

/// Measures an objective's normalizers against the exact ones over the training data.
///
/// The whole data set passes through the towers with the transform of evaluations and each sample's first caption. The
/// anchors are the same at each step.
struct NormalizerEvaluation {
    let recipe: Recipe
    let data: any SampleSource
    let tokenizer: any TextTokenizer
    /// Vectors of captions in place of texts, for a model that takes them.
    struct Vectors {
        let policy: CaptionPolicy
        let embeddings: any CaptionEmbeddings

        /// - Parameter policy: That of training, of whose captions the first one of each sample is taken.
        init(oneOf policy: CaptionPolicy, _ embeddings: any CaptionEmbeddings) throws {
            self.policy = try CaptionPolicy(sources: policy.sources, degenerate: policy.degenerate)
            self.embeddings = embeddings
        }
    }

    var vectors: Vectors?
    /// Which tokens of captions stay; nil for the first ones, as many as the model takes.
    var reducer: TextReducer?
    /// Ends the measurement.
    var stop: StopSignal?
    /// How many samples serve as anchors, at most.
    var anchors = 1024
    /// Random batches for each anchor.
    var draws = 20
    /// How files become pixels where it is to be another way than the model's.
    var pixels = PixelReading.Changes()

    func run(
        _ model: any ImageTextModel,
        _ objective: any Objective,
        step: Int
    ) throws -> NormalizerReport {
        guard let normalizers = objective.normalizers else { throw TrainingError.noNormalizers }
        let options = EvaluationOptions(
            threads: recipe.workerCount(on: model.device),
            pixels: recipe.data.pixelChanges(under: pixels),
            textReduction: reducer,
            maximumPixels: recipe.data.maximumPixels,
            imageFields: recipe.data.imageFields,
            maximumBadSampleRate: recipe.data.maximumBadSampleRate,
            stop: stop
        )
        let extractor = try FeatureExtractor(model, tokenizer: tokenizer, options: options)
        let features =
            try vectors.map {
                try extractor.pairFeatures(of: data, policy: $0.policy, embeddings: $0.embeddings)
            } ?? extractor.pairFeatures(of: data, captions: recipe.data.captions.sampleFields)
        return try withoutGradient { try report(features, model, normalizers, step: step) }
    }

    private func report(
        _ features: PairFeatures,
        _ model: any ImageTextModel,
        _ normalizers: any NormalizerSource,
        step: Int
    ) throws -> NormalizerReport {
        let count = features.images.size(0)
        let rows = try chosenRows(of: count)
        let places = try Tensor(rows.map(Int64.init))
        let input = ObjectiveInput(
            image: try features.images.indexSelect(places),
            text: try features.texts.indexSelect(places),
            parameters: try model.objectiveParameters.mapValues { try $0.detached().to(.cpu) },
            ordinals: try features.ordinals.indexSelect(places).scalars()
        )
        let scales = try normalizers.scales(input)
        let study = try NormalizerStudy(
            images: features.images,
            texts: features.texts,
            groups: recipe.objective.maskEqualCaptions ? features.captionKeys : nil,
            anchors: rows,
            scales: scales,
            epsilon: recipe.objective.epsilon,
            stop: stop
        )
        let similarity = try (input.image * input.text).sum(dims: [1])
        func recall(_ side: Side, _ anchors: Tensor, _ scale: Tensor) throws -> Tensor? {
            guard let ordinals = input.ordinals else { return nil }
            return try normalizers.recall(
                AnchorQuery(
                    side: side,
                    features: anchors,
                    similarity: similarity,
                    scale: scale,
                    ordinals: ordinals
                )
            )
        }
        let known = try (recall(.image, input.image, scales.image), recall(.text, input.text, scales.text))
        var errors: NormalizerErrorPair?
        if let image = known.0, let text = known.1 {
            let found = try study.errors(image: image, text: text)
            errors = found.image.count > 0 && found.text.count > 0 ? found : nil
        }
        return NormalizerReport(
            step: step,
            samples: count,
            anchors: rows.count,
            batch: recipe.batch,
            temperature: try (1 / scales.image).mean().item(),
            estimator: recipe.objective.normalizer.rawValue,
            batchErrors: try study.batchErrors(size: recipe.batch, draws: draws),
            estimatorErrors: errors
        )
    }

    /// Rows without order, the same for data of the same size.
    private func chosenRows(of count: Int) throws -> [Int] {
        let numbers = try Tensor.empty([count], dtype: .float64)
        try RandomGenerator(seed: 0x5EED).fillUniform(numbers, in: 0..<1)
        let chosen: [Int64] = try numbers.topK(min(anchors, count)).indices.scalars()
        return chosen.map(Int.init).sorted()
    }
}
