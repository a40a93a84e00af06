import CLIPObjectives
import Testing
import Torch
import TorchDistributed

/// Normalizers that somebody wrote down earlier, one for each sample and side.
private struct RecordedNormalizer: NormalizerEstimator {
    let image, text: Tensor
    let epsilon: Double

    func estimate(_ batch: NormalizerInput, collective: any Collective) throws
        -> (image: NormalizerEstimate, text: NormalizerEstimate)
    {
        let ordinals = try Tensor(#require(batch.ordinals))
        func estimate(_ recorded: Tensor) throws -> NormalizerEstimate {
            NormalizerEstimate(logNormalizer: try (recorded.indexSelect(ordinals) + epsilon).log())
        }
        return (try estimate(image), try estimate(text))
    }
}

/// An estimator other than the batch gets the gradients of the global contrastive loss with its normalizers
/// held constant: those of `½ mean_i (g1_i / (ε + u1_i) + g2_i / (ε + u2_i))`.
@Suite struct NormalizerSeamTests {
    private let count = 8

    /// The batch means `g` over the negatives of each image or text.
    private func means(_ anchors: Tensor, _ candidates: Tensor, _ logScale: Tensor) throws -> Tensor {
        let similarities = try anchors.matmul(candidates.transposed())
        let differences = try similarities - similarities.diagonal().unsqueezed(1)
        // The anchor's own pair contributes exp(0).
        return try ((differences * logScale.exp()).exp().sum(dims: [1]) - 1) * (1 / Double(count - 1))
    }

    private func check(_ pairs: Pairs, image: Tensor, text: Tensor, ranks: Int) throws {
        let epsilon = 1e-3
        let ordinals = try Tensor(#require(pairs.ordinals))
        let weights = try [image, text].map { try 1 / ($0.indexSelect(ordinals) + epsilon) }
        let expected = try autograd(pairs) { e1, e2, logScale in
            let terms = try means(e1, e2, logScale) * weights[0] + means(e2, e1, logScale) * weights[1]
            return try terms.mean() * 0.5
        }
        let normalizer = RecordedNormalizer(image: image, text: text, epsilon: epsilon)
        let output = try evaluate(pairs, ranks: ranks, ContrastiveObjective(normalizer: normalizer))
        try expectClose(output.image, expected.image, tolerance: 1e-10)
        try expectClose(output.text, expected.text, tolerance: 1e-10)
        try expectClose(#require(output.parameters["logit_scale"]), expected.logScale, tolerance: 1e-10)
    }

    private func pairs() throws -> Pairs {
        var pairs = try Pairs(count)
        pairs.ordinals = [9, 3, 0, 7, 1, 2, 8, 5]
        return pairs
    }

    @Test(arguments: [1, 2, 4])
    func staleNormalizers(ranks: Int) throws {
        let generator = try RandomGenerator(seed: 7)
        let states = try (0..<2).map { _ in
            let state = try Tensor.empty([10], dtype: .float64)
            try generator.fillUniform(state, in: 0.2..<3)
            return state
        }
        try check(pairs(), image: states[0], text: states[1], ranks: ranks)
    }

    @Test(arguments: [1, 2, 4])
    func freshNormalizers(ranks: Int) throws {
        let pairs = try pairs()
        let ordinals = try Tensor(#require(pairs.ordinals))
        let states = try [(pairs.image, pairs.text), (pairs.text, pairs.image)].map { anchors, others in
            let state = try Tensor.zeros([10], dtype: .float64)
            try state.copy(from: means(anchors, others, pairs.logScale), at: ordinals)
            return state
        }
        try check(pairs, image: states[0], text: states[1], ranks: ranks)
    }
}
