/// How well images and texts find each other.
public struct RetrievalResult: Sendable, Equatable, Codable {
    /// Under CLIP_benchmark's names, `image_retrieval_recall@k` (a text finds its image) and
    /// `text_retrieval_recall@k` (an image finds one of its texts), in 0…1; under open_clip's,
    /// `text_to_image_` and `image_to_text_` `mean_rank` and `median_rank`, from 1, and beside them
    /// `mean_reciprocal_rank`. Where it was asked for, `contrastive_loss` over the whole set at the model's scale, and
    /// `contrastive_loss_at_best_scale` at `best_scale`.
    public var metrics: [String: Double]
    /// What guessing would reach, under the same names; medians are left out.
    public var chance: [String: Double]
    /// How many images and texts there are.
    public var images, texts: Int
    /// Samples that could not be used.
    public var skipped: SkippedSamples

    /// - Parameters:
    ///   - imageRanks: For each text the rank of its image, from 0.
    ///   - textRanks: For each image the rank of the first of its texts, from 0.
    ///   - textCounts: For each image how many texts it has.
    init(imageRanks: [Int], textRanks: [Int], textCounts: [Int], cutoffs: [Int], skipped: SkippedSamples) {
        metrics = [:]
        chance = [:]
        let byImage = RankChance(candidates: textRanks.count, matches: imageRanks.map { _ in 1 })
        let byText = RankChance(candidates: imageRanks.count, matches: textCounts)
        for (ranks, guesses, recall, direction) in [
            (imageRanks, byImage, "image_retrieval_recall", "text_to_image"),
            (textRanks, byText, "text_retrieval_recall", "image_to_text"),
        ] {
            for cutoff in cutoffs { chance["\(recall)@\(cutoff)"] = guesses.recall(at: cutoff) }
            chance["\(direction)_mean_rank"] = guesses.meanRank
            chance["\(direction)_mean_reciprocal_rank"] = guesses.meanReciprocalRank
            let count = Double(max(1, ranks.count))
            for cutoff in cutoffs {
                metrics["\(recall)@\(cutoff)"] = Double(ranks.count { $0 < cutoff }) / count
            }
            metrics["\(direction)_mean_rank"] = Double(ranks.reduce(0, +)) / count + 1
            metrics["\(direction)_mean_reciprocal_rank"] =
                ranks.reduce(0) { $0 + 1 / Double($1 + 1) } / count
            metrics["\(direction)_median_rank"] = Self.flooredMedian(ranks) + 1
        }
        images = textRanks.count
        texts = imageRanks.count
        self.skipped = skipped
    }

    private static func flooredMedian(_ ranks: [Int]) -> Double {
        guard !ranks.isEmpty else { return 0 }
        let sorted = ranks.sorted()
        return Double((sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2)
    }
}
