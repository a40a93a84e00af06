import CLIPData

extension Recipe {
    /// How samples become pairs of texts.
    ///
    /// - Throws: `RecipeError` for a source with fewer samples than a batch, which comes from one source.
    func pairing(of data: ShardDataset) throws -> CaptionPairing? {
        guard let settings = captionPairs else { return nil }
        let entries = self.data.train.entries
        let isWeighted = entries.contains { $0.weight != nil }
        var parts: [CaptionPairing.Part] = []
        for (number, (entry, samples)) in self.data.train.ranges(of: data).enumerated() {
            guard samples.count >= batch else {
                let path = entries.count == 1 ? "data.train" : "data.train.\(number)"
                let reason =
                    samples.isEmpty
                    ? "there are no samples in '\(entry.source)'."
                    : "'\(entry.source)' has \(samples.count) samples, and a batch comes from one source: expected \(batch) or "
                        + "more. Take a smaller `batch`, leave the source out, or join it with another in one entry."
                throw RecipeError([RecipeProblem(.conflict(reason: reason), path: path)])
            }
            parts.append(
                CaptionPairing.Part(
                    samples,
                    weight: isWeighted ? entry.weight ?? 1 : nil,
                    instruction: entry.instruction,
                    isTexts: entry.pairs
                )
            )
        }
        return CaptionPairing(
            parts: parts,
            instruction: settings.instruction,
            hasNegatives: settings.hardNegatives,
            single: settings.singleCaptions
        )
    }
}
