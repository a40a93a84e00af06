internal import Torch
internal import TorchDistributed

extension ContrastiveObjective {
    /// The loss with one caption for each image.
    mutating func evaluatePairs(_ input: ObjectiveInput, _ collective: any Collective) throws
        -> ObjectiveOutput
    {
        let batch = input.count * collective.count
        let scale = try temperature.scale(input.parameters, dtype: input.image.dtype)
        let (images, texts) = try grids(input, scale, collective)

        let image = try anchors(.image, of: images, ordinals: input.ordinals)
        let text = try anchors(.text, of: texts, ordinals: input.ordinals)
        let imageDenominators = try normalizer.logDenominators(image)
        let textDenominators = try normalizer.logDenominators(text)

        let imagePull = try images.pull(
            denominators: imageDenominators,
            candidateDenominators: try collective.gather(textDenominators)
        )
        let textPull = try texts.pull(
            denominators: textDenominators,
            candidateDenominators: try collective.gather(imageDenominators)
        )

        // The diagonal of M, without which the positives would not pull.
        let positive = try (imagePull.mass + textPull.mass).unsqueezed(1)
        let factor = try scale * (0.5 / Double(batch))
        let spreads = [
            AnchorSpread(
                side: .image,
                logNormalizer: try imageDenominators - image.positive,
                spread: imagePull.spread
            ),
            AnchorSpread(
                side: .text,
                logNormalizer: try textDenominators - text.positive,
                spread: textPull.spread
            ),
        ]
        return ObjectiveOutput(
            image: try (imagePull.product - positive * input.text) * factor,
            text: try (textPull.product - positive * input.image) * factor,
            parameters: try temperature.gradients(spreads, batch: batch, parameters: input.parameters),
            metrics: try metrics(image, text, spreads, scale: scale, batch: batch, collective)
        )
    }

    /// This rank's image anchors against all texts, and its text anchors against all images.
    ///
    /// One process holds both directions of the same pairs. Several compute two products each, but then
    /// exchange two numbers per sample instead of the gradients of each other's features.
    private func grids(_ input: ObjectiveInput, _ scale: Tensor, _ collective: any Collective) throws
        -> (images: LogitGrid, texts: LogitGrid)
    {
        let groups = try input.groups.map { (anchors: $0, candidates: try collective.gather($0)) }
        func grid(_ anchors: Tensor, _ others: Tensor) throws -> LogitGrid {
            try LogitGrid(
                anchors: anchors,
                candidates: try collective.gather(others),
                scale: scale,
                firstPositive: collective.rank * input.count,
                groups: groups,
                workspace: workspace
            )
        }
        let images = try grid(input.image, input.text)
        return (images, try collective.count == 1 ? images.transposed() : grid(input.text, input.image))
    }

    private func anchors(_ side: Side, of grid: LogitGrid, ordinals: Tensor?) throws -> AnchorStatistics {
        let sums = try grid.sums()
        return AnchorStatistics(
            side: side,
            positive: sums.positive,
            logSum: sums.logSum,
            hardest: sums.hardest,
            ordinals: ordinals
        )
    }

    /// Figures of the global batch: one sum over ranks for all of them.
    private func metrics(
        _ image: AnchorStatistics,
        _ text: AnchorStatistics,
        _ spreads: [AnchorSpread],
        scale: Tensor,
        batch: Int,
        _ collective: any Collective
    ) throws -> MetricVector {
        let local = try Tensor.stack([
            try Tensor.stack(spreads.map(\.logNormalizer)).sum() * 0.5,
            try image.hits(),
            try text.hits(),
            try image.positive.sum() / scale,
        ])
        let global = try collective.sum(local) * (1 / Double(batch))
        return MetricVector(
            names: [
                "loss", "accuracy_image_to_text", "accuracy_text_to_image", "positive_similarity", "scale",
            ],
            values: try Tensor.concatenate([global, scale.reshaped([1])])
        )
    }
}

extension AnchorStatistics {
    /// How many anchors find their own pair closer than every negative; a tie is a miss.
    fileprivate func hits() throws -> Tensor {
        try (positive .> hardest).to(positive.dtype).sum()
    }
}
