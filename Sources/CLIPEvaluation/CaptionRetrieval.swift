public import CLIPData
public import RemoteFiles
public import Torch

/// Captions that look for another caption of their image among those of all images (caption retrieval accuracy, CRA).
public struct CaptionRetrieval {
    /// The fields of the caption that looks, and of those that are looked for.
    public let fields: (first: CaptionField, second: CaptionField)
    /// The k of recall@k.
    private let cutoffs = [1, 5, 10]

    /// Compares two fields.
    ///
    /// - Throws: ``EvaluationError/option(name:found:expected:)`` for anything but two different fields.
    public init(_ captions: [String]) throws {
        guard captions.count == 2, CaptionField(captions[0]) != CaptionField(captions[1]) else {
            throw EvaluationError.option(
                name: "list of caption fields",
                found: captions.joined(separator: ", "),
                expected:
                    "two different ones: that of the caption that looks, and that of the one it looks for"
            )
        }
        fields = (CaptionField(captions[0]), CaptionField(captions[1]))
    }

    /// Ranks all second captions for each first one.
    ///
    /// - Parameters:
    ///   - vectors: Makes vectors `[N, D]` of different texts; their lengths do not matter.
    ///   - stop: Ends the evaluation.
    /// - Throws: ``EvaluationError`` where there is nothing to compare, or a vector is not finite; `ShardError`; what
    ///   `vectors` throws.
    public func evaluate(
        _ source: any SampleSource,
        stop: StopSignal? = nil,
        progress: ((EvaluationProgress) -> Void)? = nil,
        vectors: ([String]) throws -> Tensor
    ) throws -> CaptionRetrievalResult {
        let pairs = try CaptionPairList(source, fields, stop: stop)
        guard pairs.first.count > 1 else {
            throw EvaluationError.option(
                name: "number of samples with both captions",
                found: "\(pairs.first.count)",
                expected: "2 or more, to look among"
            )
        }
        // Equal texts are encoded once, so that ties between them are not decided by rounding. Strings that differ in their
        // normal form alone are equal, and have other tokens.
        var (rows, texts): ([[UInt8]: Int64], [String]) = ([:], [])
        func row(_ text: String) -> Int64 {
            if let known = rows[Array(text.utf8)] { return known }
            rows[Array(text.utf8)] = Int64(texts.count)
            texts.append(text)
            return Int64(texts.count - 1)
        }
        let (first, second) = (pairs.first.map(row), pairs.second.map(row))
        let features = try withoutGradient {
            try vectors(texts).detached().to(.float32, on: .cpu).normalized()
        }
        guard try features.isFinite().all().item() != 0 else {
            throw EvaluationError.notFinite(what: "text")
        }
        let options = EvaluationOptions()
        let ranks = try CandidateRanking(blockSize: options.scoreBlock, stop: stop).ranks(
            of: Array(first.indices),
            queries: features.indexSelect(Tensor(first)),
            candidates: features.indexSelect(Tensor(second))
        ) { progress?(.init(phase: .ranks, done: $0, total: first.count)) }
        return CaptionRetrievalResult(ranks, cutoffs, SkippedSamples(pairs.faults))
    }
}

/// How well captions find another caption of their image.
public struct CaptionRetrievalResult: Sendable, Equatable, Codable {
    /// `caption_retrieval_accuracy` (the same as `recall@1`), `recall@5`, `recall@10`, in 0…1, and `mean_reciprocal_rank`.
    public var metrics: [String: Double]
    /// What guessing would reach, under the same names.
    public var chance: [String: Double]
    /// How many captions look, among as many.
    public var captions: Int
    /// Samples without one of the captions.
    public var skipped: SkippedSamples

    /// - Parameter ranks: For each first caption the rank of the second one of its image, from 0.
    init(_ ranks: [Int], _ cutoffs: [Int], _ skipped: SkippedSamples) {
        let guess = RankChance(candidates: ranks.count, matches: ranks.map { _ in 1 })
        (metrics, chance) = ([:], [:])
        for cutoff in cutoffs {
            let name = cutoff == 1 ? "caption_retrieval_accuracy" : "recall@\(cutoff)"
            metrics[name] = Double(ranks.count { $0 < cutoff }) / Double(ranks.count)
            chance[name] = guess.recall(at: cutoff)
        }
        metrics["mean_reciprocal_rank"] = ranks.reduce(0) { $0 + 1 / Double($1 + 1) } / Double(ranks.count)
        chance["mean_reciprocal_rank"] = guess.meanReciprocalRank
        captions = ranks.count
        self.skipped = skipped
    }
}
