import CLIPModels

extension StageEstimate {
    /// What travels in a step, as the objectives gather it; nil for one process.
    var traffic: StageTraffic? {
        guard ranks > 1 else { return nil }
        let others = Double(ranks - 1) / Double(ranks)
        return StageTraffic(
            ranks: ranks,
            gradients: Int(2 * others * Double(inventory.reducedBytes)),
            gathered: Int(others * Double(recipe.batch * gatheredBytes))
        )
    }

    /// Bytes of one sample: each caption of an image is a loss of its own, for which images are gathered again.
    private var gatheredBytes: Int {
        var caption = 2 * 4 * configuration.embeddingWidth
        if recipe.objective.maskEqualCaptions { caption += 8 }
        var sample = 0
        if recipe.lossFamily.hasNormalizers {
            // The denominators of either side.
            caption += 2 * 4
            if recipe.temperature.rule == .individual { caption += 2 * 4 }
            // Similarity and mean of either side, from which prototypes learn.
            if recipe.objective.normalizer == .network { caption += 2 * 2 * 4 }
            // Records with their samples' numbers: averages for each caption, temperatures once.
            if recipe.objective.normalizer == .movingAverage { caption += 2 * 4 + 8 }
            if recipe.temperature.rule == .individual { sample += 6 * 4 + 8 }
        }
        return captionsPerImage * caption + sample
    }
}
