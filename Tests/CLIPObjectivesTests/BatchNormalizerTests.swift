import CLIPObjectives
import Testing
import Torch
import TorchDistributed

@Suite struct BatchNormalizerTests {
    @Test(arguments: [2, 3, 8, 17])
    func matchesAutograd(count: Int) throws {
        let pairs = try Pairs(count)
        let output = try pairs.evaluate()
        let expected = try autograd(pairs) { try plainInfoNCE(image: $0, text: $1, logScale: $2) }
        try expectClose(output.loss, expected.loss)
        try expectClose(output.image, expected.image)
        try expectClose(output.text, expected.text)
        try expectClose(#require(output.parameters["logit_scale"]), expected.logScale)
    }

    @Test func logScaleGradientMatchesFiniteDifferences() throws {
        var pairs = try Pairs(9)
        let gradient = try #require(pairs.evaluate().parameters["logit_scale"]).item()
        let logScale = pairs.logScale
        let step = 1e-5
        pairs.logScale = try logScale + step
        let above = try pairs.evaluate().loss.item()
        pairs.logScale = try logScale - step
        let below = try pairs.evaluate().loss.item()
        #expect(abs(gradient - (above - below) / (2 * step)) < 1e-9)
        #expect(abs(gradient) > 1e-3)
    }

    @Test(arguments: [[0, 0, 1, 2, 1, 1, 3, 4], [5, 5, 5, 5, 5, 5, 5, 5], [-1, 0, 1, 2, 3, 4, 5, 6]])
    func equalGroupsAreNotNegatives(groups: [Int64]) throws {
        let pairs = try Pairs(8, groups: groups)
        let output = try pairs.evaluate()
        let expected = try autograd(pairs) {
            try plainInfoNCE(image: $0, text: $1, logScale: $2, groups: groups)
        }
        try expectClose(output.loss, expected.loss)
        try expectClose(output.image, expected.image)
        try expectClose(output.text, expected.text)
        try expectClose(#require(output.parameters["logit_scale"]), expected.logScale)
    }

    @Test(arguments: [1, 300, 1 << 10, 1 << 11, 1 << 20], [false, true])
    func chunksChangeNothing(workspace: Int, grouped: Bool) throws {
        let pairs = try Pairs(10, groups: grouped ? [0, 1, 2, 0, 0, 5, 6, 6, 8, 9] : nil)
        try expectClose(pairs.evaluate(ContrastiveObjective(workspace: workspace)), pairs.evaluate())
    }

    @Test(arguments: [1, 2, 4], [1 << 20, 512])
    func ranksGiveTheGradientsOfTheWholeBatch(ranks: Int, workspace: Int) throws {
        let pairs = try Pairs(8, groups: [0, 1, 2, 0, 0, 5, 6, 6])
        try expectClose(
            evaluate(pairs, ranks: ranks, ContrastiveObjective(workspace: workspace)),
            pairs.evaluate()
        )
    }

    @Test func ranksExchangeFeaturesAndTwoNumbersPerSample() throws {
        let pairs = try Pairs(8, width: 16)
        let group = SlicedCollective(count: 2)
        _ = try group.run { collective in
            var objective = ContrastiveObjective()
            return try objective.evaluate(pairs.slice(rank: collective.rank, of: 2), collective: collective)
        }
        // 2·b·D features, 2·b denominators, 9 metrics, in float64.
        #expect(group.byteCounts == [Int](repeating: (2 * 4 * 16 + 2 * 4 + 9) * 8, count: 2))
    }

    /// ε = 1/(B - 1) in the global contrastive loss, with the weights written out.
    @Test func isTheGlobalContrastiveLossWithTheBatchAsData() throws {
        let count = 7
        let pairs = try Pairs(count)
        let scale = try pairs.logScale.exp()
        let similarities = try pairs.image.matmul(pairs.text.transposed())
        let positives = try similarities.diagonal().cloned()
        let others = try Tensor.ones([count, count], dtype: .float64)
        try others.diagonal().fill(0)
        func weights(_ similarities: Tensor) throws -> (weights: Tensor, logNormalizer: Tensor) {
            let pulls = try ((similarities - positives.unsqueezed(1)) * scale).exp() * others
            let negatives = Double(count - 1)
            let normalizer = try pulls.sum(dims: [1]) * (1 / negatives) + 1 / negatives
            return (try pulls / (normalizer * negatives).unsqueezed(1), try normalizer.log())
        }
        let image = try weights(similarities)
        let text = try weights(similarities.transposed().contiguous())
        let matrix = try image.weights + text.weights.transposed()
        try matrix.diagonal().copy(from: -(image.weights.sum(dims: [1]) + text.weights.sum(dims: [1])))
        #expect(try abs(matrix.sum().item()) < 1e-14)
        let factor = try scale * (0.5 / Double(count))
        let output = try pairs.evaluate()
        try expectClose(output.image, matrix.matmul(pairs.text) * factor)
        try expectClose(output.text, matrix.transposed().matmul(pairs.image) * factor)
        let mean = try (image.logNormalizer + text.logNormalizer).mean() * 0.5
        let shift = try Tensor.full([], Double(count - 1), dtype: .float64).log()
        try expectClose(output.loss, mean + shift)
    }

    @Test func swappingTheSidesSwapsTheGradients() throws {
        let pairs = try Pairs(6)
        var swapped = pairs
        (swapped.image, swapped.text) = (pairs.text, pairs.image)
        let (a, b) = (try pairs.evaluate(), try swapped.evaluate())
        try expectClose(a.image, b.text)
        try expectClose(a.text, b.image)
        try expectClose(a.loss, b.loss)
        try expectClose(a.metrics["accuracy_image_to_text"], b.metrics["accuracy_text_to_image"])
    }
}
