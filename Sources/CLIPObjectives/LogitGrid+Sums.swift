internal import Torch

extension LogitGrid {
    /// What the logits say about each anchor: its positive, ln Σ exp over its negatives, and the largest of
    /// those, all `[b]`.
    func sums() throws -> (positive: Tensor, logSum: Tensor, hardest: Tensor) {
        var positive: [Tensor] = []
        var logSum: [Tensor] = []
        var hardest: [Tensor] = []
        for chunk in chunks {
            let block = try block(chunk)
            positive.append(block.positives)
            logSum.append(try block.negatives.logSumExp(dims: [1]))
            hardest.append(try block.negatives.maximum(dims: [1]))
        }
        return (
            try Tensor.concatenate(positive), try Tensor.concatenate(logSum), try Tensor.concatenate(hardest)
        )
    }

    /// What the weights of the negatives, `P_ij = exp(z_ij - λ_i)`, do to the anchors of this grid.
    struct Pull {
        /// `Σ_j (P_ij + P'_ji) e_j`: the pull of the candidates as negatives of the anchor, and of the anchor
        /// as negative of the candidates, `[b, D]`.
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
    ///   - candidateDenominators: `λ'` of the candidates as anchors of the other side, `[B]`.
    func pull(denominators: Tensor, candidateDenominators: Tensor) throws -> Pull {
        var product: [Tensor] = []
        var mass: [Tensor] = []
        var spread: [Tensor] = []
        for chunk in chunks {
            let block = try block(chunk)
            let weights = try block.negatives - denominators.slice(chunk).unsqueezed(1)
            try weights.exponentiate()
            let sum = try weights.sum(dims: [1])
            mass.append(sum)
            spread.append(try (weights * block.negatives).sum(dims: [1]) - sum * block.positives)
            let others = try block.negatives - candidateDenominators.unsqueezed(0)
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
