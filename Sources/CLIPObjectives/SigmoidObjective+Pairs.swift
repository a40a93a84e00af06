internal import Torch
internal import TorchDistributed

extension SigmoidObjective {
    /// The loss with one caption for each image.
    func evaluatePairs(_ input: ObjectiveInput, _ collective: any Collective) throws -> ObjectiveOutput {
        let batch = Double(input.count * collective.count)
        let logScale = try input.parameters.scalar(GlobalTemperature.parameter)
        let bias = try input.parameters.scalar(Self.bias)
        let scale = try logScale.to(input.image.dtype).reshaped([1]).exp()
        let pairs = try PairGrids(
            input,
            scales: (scale, scale),
            workspace: workspace,
            collective: collective
        )
        let shift = try bias.to(input.image.dtype).reshaped([1])
        let images = try pairs.images.residuals(bias: shift)
        // One process has the texts' products from the same residuals, by another pass over the shared similarities.
        let texts = try pairs.texts.residuals(bias: shift)
        let factor = try scale * (1 / batch)
        var parameters: [String: Tensor] = [:]
        if isLearnable {
            let slope = try images.alignment.sum() * scale * (1 / batch)
            parameters[GlobalTemperature.parameter] = try slope.reshaped(logScale.shape).to(logScale.dtype)
            let lift = try images.sum.sum() * (1 / batch)
            parameters[Self.bias] = try lift.reshaped(bias.shape).to(bias.dtype)
        }
        let (image, text) = try pairs.statistics()
        let local = try Tensor.stack([
            try images.loss.sum(), try image.hits(), try text.hits(), try image.similarity.sum(),
            try scale.sum() * Double(input.count), try shift.sum() * Double(input.count),
            try (image.batchLoss + text.batchLoss).sum() * 0.5,
        ])
        return ObjectiveOutput(
            image: try images.product * factor,
            text: try texts.product * factor,
            parameters: parameters,
            metrics: MetricVector(
                names: [
                    "loss", "accuracy_image_to_text", "accuracy_text_to_image", "positive_similarity",
                    "scale",
                    "bias", "batch_loss",
                ],
                values: try collective.sum(local) * (1 / batch)
            )
        )
    }
}

extension SimilarityGrid {
    /// What each anchor's classifications say.
    struct Residuals {
        /// `-Σ_j ln σ(z_ij (s S_ij + b))`, `[b]`.
        let loss: Tensor
        /// `Σ_j r_ij e_j`, `[b, D]`.
        let product: Tensor
        /// `Σ_j r_ij`, `[b]`.
        let sum: Tensor
        /// `Σ_j r_ij S_ij`, `[b]`.
        let alignment: Tensor
    }

    /// The residuals `r_ij = -z_ij σ(-z_ij (s S_ij + b))` of all candidates of each anchor.
    func residuals(bias: Tensor) throws -> Residuals {
        var parts: [Residuals] = []
        for chunk in chunks {
            let block = try block(chunk)
            let scale = try scale(chunk)
            let shift = try bias.unsqueezed(0)
            // A pair that is left out has a logit near -∞: no residual and no loss.
            let negative = try (block.negatives * scale + shift).sigmoid()
            let negativeLoss = try -((-(block.negatives * scale + shift)).logSigmoid())
            let positive = try block.positives * scale.squeezed(1) + bias
            let pull = try -((-positive).sigmoid())
            let first = firstPositive + chunk.lowerBound
            let own = try candidates.slice(first..<first + chunk.count)
            parts.append(
                Residuals(
                    loss: try negativeLoss.sum(dims: [1]) - positive.logSigmoid(),
                    product: try negative.matmul(candidates) + pull.unsqueezed(1) * own,
                    sum: try negative.sum(dims: [1]) + pull,
                    alignment: try (negative * block.negatives).sum(dims: [1]) + pull * block.positives
                )
            )
        }
        return Residuals(
            loss: try Tensor.concatenate(parts.map(\.loss)),
            product: try Tensor.concatenate(parts.map(\.product)),
            sum: try Tensor.concatenate(parts.map(\.sum)),
            alignment: try Tensor.concatenate(parts.map(\.alignment))
        )
    }
}
