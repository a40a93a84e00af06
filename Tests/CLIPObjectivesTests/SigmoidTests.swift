import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// SigLIP's loss against libtorch.
@Suite struct SigmoidTests {
    private func pairs(_ count: Int = 8, scale: Double = 10, bias: Double = -4, groups: [Int64]? = nil) throws
        -> Pairs
    {
        var pairs = try Pairs(count, scale: scale, groups: groups)
        pairs.bias = try Tensor.full([], bias, dtype: .float64)
        return pairs
    }

    private struct Expectation {
        let loss, image, text, logScale, bias: Tensor
    }

    /// `-1/B Σ_ij ln σ(z_ij (s S_ij + b))` as a graph, without pairs of equal group; texts may be `[b, k, D]`.
    private func autograd(_ pairs: Pairs, groups: [Int64]? = nil) throws -> Expectation {
        let count = pairs.image.size(0)
        let bias = try #require(pairs.bias)
        let leaves = try [pairs.image, pairs.text, pairs.logScale, bias].map { try $0.cloned() }
        for leaf in leaves { try leaf.setRequiresGradient(true) }
        let negatives = try negativesMask(count, groups: groups)
        let sets = pairs.text.rank == 3 ? pairs.text.size(1) : 1
        let losses = try (0..<sets).map { set in
            let text = pairs.text.rank == 3 ? try leaves[1].select(set, dim: 1) : leaves[1]
            let logits = try leaves[0].matmul(text.transposed()) * leaves[2].exp() + leaves[3]
            let own = try logits.diagonal()
            let others = try (1 + logits.exp()).log() * negatives
            return try (others.sum() + (1 + (-own).exp()).log().sum()) * (1 / Double(count))
        }
        let loss = try Tensor.stack(losses).mean()
        try backward([(output: loss, gradient: Tensor.ones([], dtype: .float64))])
        let gradients = try leaves.map { try #require($0.gradient) }
        return Expectation(
            loss: try loss.detached(),
            image: gradients[0],
            text: gradients[1],
            logScale: gradients[2],
            bias: gradients[3]
        )
    }

    private func check(
        _ pairs: Pairs,
        _ objective: SigmoidObjective = SigmoidObjective(),
        ranks: Int = 1,
        groups: [Int64]? = nil
    ) throws {
        let expected = try autograd(pairs, groups: groups)
        let output = try train([pairs], ranks: ranks, make: { objective }, finish: { _ in }).outputs[0]
        try expectClose(output.loss, expected.loss)
        try expectClose(output.image, expected.image)
        try expectClose(output.text, expected.text)
        try expectClose(#require(output.parameters["logit_scale"]), expected.logScale)
        try expectClose(#require(output.parameters["logit_bias"]), expected.bias)
        #expect(try expected.bias.abs().item() > 1e-4)
    }

    @Test(arguments: [1, 2, 3, 8, 17])
    func matchesAutograd(count: Int) throws { try check(pairs(count)) }

    @Test(arguments: [1, 2, 4], [1, 700, 1 << 20])
    func ranksAndChunks(ranks: Int, workspace: Int) throws {
        let groups: [Int64] = [0, 0, 1, 2, 1, 1, 3, 4]
        try check(pairs(), SigmoidObjective(workspace: workspace), ranks: ranks)
        try check(pairs(groups: groups), SigmoidObjective(workspace: workspace), ranks: ranks, groups: groups)
    }

    @Test func severalCaptionsAreTheMeanOfTheirLosses() throws {
        var pairs = try pairs(4)
        pairs.text = try normal([4, 3, 6], seed: 9).normalized()
        try check(pairs)
        try check(pairs, ranks: 2)
    }

    /// All similarities are 1: each anchor has one positive and 11 negatives with the logit 10 - 4.
    @Test func equalSimilaritiesByHand() throws {
        var pairs = try pairs(12)
        let same = try pairs.image.slice(0..<1).expanded([12, -1]).contiguous()
        (pairs.image, pairs.text) = (same, same)
        var objective = SigmoidObjective()
        let output = try pairs.evaluate(learning: &objective)
        let expected = log(1 + exp(-6.0)) + 11 * log(1 + exp(6.0))
        #expect(try abs(output.loss.item() - expected) < 1e-10)
        // Σ r / B = 11 σ(6) - σ(-6), and all pull along the same direction.
        let lift = 11 / (1 + exp(-6.0)) - 1 / (1 + exp(6.0))
        #expect(try abs(#require(output.parameters["logit_bias"]).item() - lift) < 1e-10)
        #expect(try abs(#require(output.parameters["logit_scale"]).item() - 10 * lift) < 1e-9)
        try expectClose(output.image, same * (10 * lift / 12), tolerance: 1e-10)
    }

    @Test func aGroupThatIsTheWholeBatchLeavesThePositives() throws {
        let pairs = try pairs(5, groups: [3, 3, 3, 3, 3])
        var objective = SigmoidObjective()
        let output = try pairs.evaluate(learning: &objective)
        let own: [Double] = try (pairs.image * pairs.text).sum(dims: [1]).scalars()
        let expected = own.map { log(1 + exp(-(10 * $0 - 4))) }.reduce(0, +) / 5
        #expect(try abs(output.loss.item() - expected) < 1e-12)
    }

    @Test func constantsHaveNoGradients() throws {
        var objective = SigmoidObjective(isLearnable: false)
        #expect(try pairs().evaluate(learning: &objective).parameters.isEmpty)
    }

    @Test func theScaleStaysInItsBounds() throws {
        let (scale, bias) = (
            try Tensor.full([], 9, dtype: .float64), try Tensor.full([], -50, dtype: .float64)
        )
        try SigmoidObjective().constrain(["logit_scale": scale, "logit_bias": bias])
        #expect(try scale.item() == 9)
        try SigmoidObjective(bounds: 0...4).constrain(["logit_scale": scale, "logit_bias": bias])
        #expect(try scale.item() == 4)
        #expect(try bias.item() == -50)
    }

    @Test func aMissingBiasIsNamed() throws {
        var objective = SigmoidObjective()
        let pairs = try Pairs(3)
        #expect(throws: ObjectiveError.missingParameter("logit_bias", available: ["logit_scale"])) {
            _ = try pairs.evaluate(learning: &objective)
        }
    }
}
