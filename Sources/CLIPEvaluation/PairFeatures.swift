public import CLIPData
internal import CLIPModels
internal import CLIPText
public import Torch

/// Features of all image-text pairs of a data set, one text for each image.
public struct PairFeatures {
    /// Unit-length features `[n, D]`.
    public let images, texts: Tensor
    /// Each sample's place in the data set, int64 `[n]`.
    public let ordinals: Tensor
    /// Keys of the captions, int64 `[n]`; equal captions have equal keys.
    public let captionKeys: Tensor
    /// Samples that could not be used.
    public let skipped: SkippedSamples
}

extension FeatureExtractor {
    /// Passes once through a data set, with the transform of evaluations.
    ///
    /// - Parameters:
    ///   - captions: Fields of captions; each image gets the first that it has.
    ///   - embeddings: The captions' embeddings, for a model that takes them in place of text.
    /// - Throws: ``EvaluationError``; `LoaderError` where too many samples are bad; `ShardError`.
    public func pairFeatures(
        of source: any SampleSource,
        captions: [String],
        embeddings: (any CaptionEmbeddings)? = nil,
        progress: ((EvaluationProgress) -> Void)? = nil
    ) throws -> PairFeatures {
        try pairFeatures(
            of: source,
            policy: CaptionPolicy(fields: captions, rule: .first),
            embeddings: embeddings,
            progress: progress
        )
    }

    /// The same of captions of any sources, one of each sample.
    package func pairFeatures(
        of source: any SampleSource,
        policy: CaptionPolicy,
        embeddings: (any CaptionEmbeddings)? = nil,
        progress: ((EvaluationProgress) -> Void)? = nil
    ) throws -> PairFeatures {
        let width = model.embeddingWidth
        var (images, texts) = (FeatureRows(width: width), FeatureRows(width: width))
        var (ordinals, keys): ([Int64], [Int64]) = ([], [])
        let input = try embeddings.map { .embeddings($0) } ?? CaptionInput.tokens(tokenization())
        let skipped = try forEachBatch(
            of: source,
            captions: policy,
            texts: input,
            progress: progress
        ) { batch, features in
            images.append(features)
            if embeddings == nil, case .tokens(let ids, let offsets) = batch.text {
                let each = zip(offsets, offsets.dropFirst()).map { Array(ids[Int($0)..<Int($1)]) }
                texts.append(try textFeatures(inBatches: each))
            } else {
                texts.append(try textFeatures(of: TextInput(batch.text, on: .cpu)))
            }
            ordinals += batch.ordinals
            keys += batch.captionKeys.map { Int64(bitPattern: $0) }
        }
        return PairFeatures(
            images: try images.joined(),
            texts: try texts.joined(),
            ordinals: try Tensor(ordinals),
            captionKeys: try Tensor(keys),
            skipped: skipped
        )
    }
}
