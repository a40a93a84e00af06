internal import Torch

extension SimilarityGrid {
    /// What the logits say about the anchors of this grid.
    func statistics(_ side: Side) throws -> AnchorStatistics {
        var similarity: [Tensor] = []
        var positive: [Tensor] = []
        var logSum: [Tensor] = []
        var hardest: [Tensor] = []
        for chunk in chunks {
            let block = try block(chunk)
            let scale = try scale(chunk)
            let logits = try block.negatives * scale
            similarity.append(block.positives)
            positive.append(try block.positives * scale.squeezed(1))
            logSum.append(try logits.logSumExp(dims: [1]))
            hardest.append(try logits.maximum(dims: [1]))
        }
        return AnchorStatistics(
            side: side,
            similarity: try Tensor.concatenate(similarity),
            positive: try Tensor.concatenate(positive),
            logSum: try Tensor.concatenate(logSum),
            hardest: try Tensor.concatenate(hardest),
            negatives: try negativeCounts()
        )
    }

    /// What the weights of the negatives, `P_ij = exp(z_ij - λ_i)`, do to the anchors of this grid.
    struct Pull {
        /// `Σ_j (f_i P_ij + f'_j P'_ji) e_j`: the pull of the candidates as negatives of the anchor, and of the
        /// anchor as negative of the candidates, `[b, D]`.
        let product: Tensor
        /// `Σ_j P_ij`, `[b]`.
        let mass: Tensor
        /// `Σ_j P_ij D_ij` with `D_ij = z_ij - z_ii`, `[b]`.
        let spread: Tensor
    }

    /// The weights' effect.
    ///
    /// - Parameters:
    ///   - denominators: `λ` of the anchors, `[b]`.
    ///   - factors: `f` of the anchors, `[b]` or `[1]`.
    ///   - candidateOffsets: `λ' - ln f'` of the candidates as anchors of the other side, `[B]`.
    func pull(denominators: Tensor, factors: Tensor, candidateOffsets: Tensor) throws -> Pull {
        var product: [Tensor] = []
        var mass: [Tensor] = []
        var spread: [Tensor] = []
        for chunk in chunks {
            let block = try block(chunk)
            let scale = try scale(chunk)
            let logits = try block.negatives * scale
            let weights = try logits - denominators.slice(chunk).unsqueezed(1)
            try weights.exponentiate()
            let sum = try weights.sum(dims: [1])
            mass.append(sum)
            let positives = try block.positives * scale.squeezed(1)
            spread.append(try (weights * logits).sum(dims: [1]) - sum * positives)
            let factor = factors.size(0) == 1 ? factors : try factors.slice(chunk)
            try weights.multiply(by: factor.unsqueezed(1))
            let others = try block.negatives * candidateScale
            try others.subtract(candidateOffsets.unsqueezed(0))
            try others.exponentiate()
            try weights.add(others)
            product.append(try weights.matmul(candidates))
        }
        return Pull(
            product: try Tensor.concatenate(product),
            mass: try Tensor.concatenate(mass),
            spread: try Tensor.concatenate(spread)
        )
    }
}
