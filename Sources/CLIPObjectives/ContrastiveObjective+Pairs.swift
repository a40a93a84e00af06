internal import Torch
internal import TorchDistributed

extension ContrastiveObjective {
    /// The loss with one caption for each image, without the gradients of the temperature, and what these come from.
    mutating func evaluatePairs(
        _ input: ObjectiveInput,
        captionSet: Int = 0,
        textWeight: Double = 1,
        _ collective: any Collective
    ) throws -> (output: ObjectiveOutput, slopes: [AnchorSlopes]) {
        let batch = input.count * collective.count
        let pairs = try PairGrids(
            input,
            scales: temperature.scales(input),
            workspace: workspace,
            collective: collective
        )
        let (imageStatistics, textStatistics) = try pairs.statistics()
        let estimates = try normalizer.estimate(
            pairs.normalizerInput(
                imageStatistics,
                textStatistics,
                captionSet: captionSet,
                countsTexts: textWeight != 0
            ),
            collective: collective
        )
        let image = try PairSide(
            imageStatistics,
            estimates.image,
            scale: pairs.imageScale,
            weight: 1,
            share: 0.5 / Double(batch),
            isMultiplied: multipliesByTemperature
        )
        let text = try PairSide(
            textStatistics,
            estimates.text,
            scale: pairs.textScale,
            weight: textWeight,
            share: 0.5 / Double(batch),
            isMultiplied: multipliesByTemperature
        )

        let imagePull = try pairs.images.pull(
            denominators: image.denominators,
            factors: image.factor,
            candidateOffsets: collective.gather(text.offsets)
        )
        let textPull = try pairs.texts.pull(
            denominators: text.denominators,
            factors: text.factor,
            candidateOffsets: collective.gather(image.offsets)
        )
        // The diagonal of M, without which the positives would not pull.
        let positive = try (image.pairMass(imagePull) + text.pairMass(textPull)).unsqueezed(1)
        let output = ObjectiveOutput(
            image: try image.withFlow(imagePull.product - positive * input.text),
            text: try text.withFlow(textPull.product - positive * input.image),
            parameters: [:],
            metrics: try metrics([image, text], batch: batch, collective)
        )
        return (output, try [image.slopes(imagePull), text.slopes(textPull)])
    }

    /// Figures of the global batch: one sum over ranks for all of them.
    private func metrics(_ sides: [PairSide], batch: Int, _ collective: any Collective) throws -> MetricVector
    {
        let image = sides[0].statistics
        let losses = try sides.map { side in
            let loss = try temperature.loss(
                of: side.estimate.value,
                scale: side.scale,
                isMultiplied: multipliesByTemperature
            )
            let offset = multipliesByTemperature ? nil : side.estimate.offset
            return try (offset.map { try loss + $0 } ?? loss).sum() * side.weight
        }
        let local = try Tensor.stack([
            try Tensor.stack(losses).sum() * 0.5,
            try Tensor.stack(sides.map { try $0.statistics.batchLoss.sum() }).sum() * 0.5,
            try image.hits(),
            try sides[1].statistics.hits(),
            try image.similarity.sum(),
            try Tensor.stack(sides.map { try $0.scaleSum }).sum() * 0.5,
            try sides[0].estimate.logNormalizer.sum(),
            try sides[1].estimate.logNormalizer.sum(),
            try Tensor.stack(sides.map { try $0.atBound(temperature.scaleBounds) }).sum() * 0.5,
        ])
        return MetricVector(
            names: [
                "loss", "batch_loss", "accuracy_image_to_text", "accuracy_text_to_image",
                "positive_similarity", "scale", "log_normalizer_image", "log_normalizer_text",
                "temperature_at_bound",
            ],
            values: try collective.sum(local) * (1 / Double(batch))
        )
    }
}
