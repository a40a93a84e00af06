import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// FastCLIP's and SogCLR's normalizers against libtorch's gradients of the global contrastive loss.
@Suite struct MovingAverageTests {
    private let ordinals: [Int64] = [9, 3, 0, 7, 1, 2, 8, 5]
    private let epsilon = 1e-3

    private func pairs(epoch: Int = 0) throws -> Pairs {
        var pairs = try Pairs(8)
        pairs.ordinals = ordinals
        pairs.epoch = epoch
        return pairs
    }

    /// ln u of ten samples and two sides, in float32 as they are stored.
    private func stored() throws -> [Float] {
        let values = try Tensor.empty([20])
        try RandomGenerator(seed: 5).fillUniform(values, in: -1..<1)
        return try values.scalars()
    }

    private func objective(
        _ stored: [Float]? = nil,
        rate: InnerRate = .constant(0.3),
        isMultiplied: Bool,
        gradient: TemperatureGradient = .exact
    ) throws -> ContrastiveObjective {
        let states = MemorySampleStates(count: 10, width: MovingAverageNormalizer.stateWidth)
        if let stored { try states.write(stored, at: [Int64](0..<10)) }
        return ContrastiveObjective(
            normalizer: MovingAverageNormalizer(states: states, epsilon: epsilon, rate: rate),
            temperature: GlobalTemperature(robustness: isMultiplied ? 0.7 : 0, gradient: gradient),
            multipliesByTemperature: isMultiplied
        )
    }

    /// `(1 - γ) u + γ g` of one side, without a graph.
    private func moved(_ stored: [Float], column: Int, means: Tensor, rate: Double) throws -> Tensor {
        let old = ordinals.map { exp(Double(stored[2 * Int($0) + column])) }
        return try Tensor(old) * (1 - rate) + means.detached() * rate
    }

    @Test(arguments: [1, 2, 4], [false, true])
    func freshAveragesGiveTheGradientsOfTheGlobalLoss(ranks: Int, isMultiplied: Bool) throws {
        let pairs = try pairs()
        let expected = try autograd(pairs) { e1, e2, logScale in
            let scale = try logScale.exp()
            let means = try [innerMeans(e1, e2, scale: scale), innerMeans(e2, e1, scale: scale)]
            let loss = try ((means[0] + epsilon).log() + (means[1] + epsilon).log()).mean() * 0.5
            return isMultiplied ? try (loss + 0.7) / scale : loss
        }
        let output = try train([pairs], ranks: ranks) {
            try objective(isMultiplied: isMultiplied)
        } finish: { _ in
        }.outputs[0]
        try expectCloseGradients(output, expected)
        try expectClose(output.loss, expected.loss)
    }

    /// With `a` the constant weights 1/(ε + u): the gradient of features is that of `½ mean(a1 g1 + a2 g2)`, times τ
    /// where the loss is multiplied; the temperature has in that case also the gradient of `τ (½ mean ln(ε + u) + ρ)`.
    @Test(arguments: [1, 2, 4], [false, true])
    func staleAveragesWeighTheBatch(ranks: Int, isMultiplied: Bool) throws {
        let pairs = try pairs(epoch: 1)
        let stored = try stored()
        for gradient in TemperatureGradient.allCases {
            let expected = try expectation(pairs, stored, isMultiplied: isMultiplied, gradient: gradient)
            let output = try train([pairs], ranks: ranks) {
                try objective(stored, isMultiplied: isMultiplied, gradient: gradient)
            } finish: { _ in
            }.outputs[0]
            try expectCloseGradients(output, expected)
        }
    }

    private func expectation(
        _ pairs: Pairs,
        _ stored: [Float],
        isMultiplied: Bool,
        gradient: TemperatureGradient
    ) throws -> (loss: Tensor, image: Tensor, text: Tensor, logScale: Tensor) {
        let means = try innerMeans(pairs)
        let averages = [
            try moved(stored, column: 0, means: means.image, rate: 0.3) + epsilon,
            try moved(stored, column: 1, means: means.text, rate: 0.3) + epsilon,
        ]
        let slopeEpsilon = gradient == .fastclip2024 ? epsilon : 0
        let logAverage =
            try ((averages[0] - slopeEpsilon).log() + (averages[1] - slopeEpsilon).log()).mean() * 0.5
        var result = try autograd(pairs) { e1, e2, logScale in
            let scale = try logScale.exp()
            let terms =
                try innerMeans(e1, e2, scale: scale) / averages[0]
                + innerMeans(e2, e1, scale: scale) / averages[1]
            return isMultiplied ? try terms.mean() * 0.5 / scale.detached() : try terms.mean() * 0.5
        }
        if gradient != .exact { result.logScale = try result.logScale * 2 }
        if isMultiplied {
            let robust = try (logAverage + 0.7) / pairs.logScale.exp()
            result.logScale = try result.logScale - robust
        }
        return result
    }

    /// The matrix M by plain loops from the stored averages, and what it makes of both sides' features.
    @Test(arguments: [1, 4])
    func theClosedFormByHand(ranks: Int) throws {
        let pairs = try pairs(epoch: 3)
        let stored = try stored()
        let means = try innerMeans(pairs)
        let averages: [[Double]] = [
            try (moved(stored, column: 0, means: means.image, rate: 0.3) + epsilon).scalars(),
            try (moved(stored, column: 1, means: means.text, rate: 0.3) + epsilon).scalars(),
        ]
        let similarities: [Double] = try pairs.image.matmul(pairs.text.transposed()).scalars()
        let scale = try pairs.logScale.exp().item()
        var matrix = [Double](repeating: 0, count: 64)
        for i in 0..<8 {
            for j in 0..<8 where j != i {
                let own = similarities[i * 9]
                let first = exp((similarities[i * 8 + j] - own) * scale) / averages[0][i] / 7
                let second = exp((similarities[j * 8 + i] - own) * scale) / averages[1][i] / 7
                matrix[i * 8 + j] += first
                matrix[j * 8 + i] += second
                matrix[i * 9] -= first + second
            }
        }
        #expect(abs(matrix.reduce(0, +)) < 1e-12)
        let weights = try Tensor(matrix, shape: [8, 8]) * (scale / 16)
        let output = try train([pairs], ranks: ranks) {
            try objective(stored, isMultiplied: false)
        } finish: { _ in
        }.outputs[0]
        try expectClose(output.image, weights.matmul(pairs.text))
        try expectClose(output.text, weights.transposed().matmul(pairs.image))
    }

    @Test func ranksKeepEqualAverages() throws {
        let batches = try [pairs(), pairs(epoch: 1), pairs(epoch: 2)]
        func records(ranks: Int) throws -> (outputs: [ObjectiveOutput], ends: [[Float]]) {
            let states = EstimateStates()
            return try train(batches, ranks: ranks) {
                states.current = MemorySampleStates(count: 10, width: 2)
                return ContrastiveObjective(
                    normalizer: MovingAverageNormalizer(states: states.current, rate: .constant(0.4))
                )
            } finish: { _ in
                try states.current.read([Int64](0..<10))
            }
        }
        let alone = try records(ranks: 1)
        for ranks in [2, 4] {
            let together = try records(ranks: ranks)
            for (a, b) in zip(together.outputs, alone.outputs) { try expectClose(a, b) }
            #expect(together.ends.allSatisfy { $0 == together.ends[0] })
            let difference = zip(together.ends[0], alone.ends[0]).map { abs($0 - $1) }.max() ?? 1
            #expect(difference < 1e-6)
        }
    }

    /// ε = 1/(B - 1) and no memory is CLIP.
    @Test func withoutMemoryAndWithTheirOwnPairTheLossIsCLIPs() throws {
        let pairs = try pairs()
        let states = MemorySampleStates(count: 10, width: 2)
        let normalizer = MovingAverageNormalizer(states: states, epsilon: 1 / 7, rate: .constant(1))
        let output = try pairs.evaluate(ContrastiveObjective(normalizer: normalizer))
        let expected = try autograd(pairs) { try plainInfoNCE(image: $0, text: $1, logScale: $2) }
        try expectCloseGradients(output, expected)
        try expectClose(output.loss + log(7), expected.loss)
    }

    @Test func ranksExchangeNoGradientsOfFeatures() throws {
        let (count, width) = (4, 16)
        var pairs = try Pairs(2 * count, width: width)
        pairs.ordinals = ordinals
        (pairs.image, pairs.text) = (try pairs.image.to(.float32), try pairs.text.to(.float32))
        let group = SlicedCollective(count: 2)
        let batch = pairs
        let outputs = try group.run { collective in
            var objective = try objective(isMultiplied: true)
            return try objective.evaluate(batch.slice(rank: collective.rank, of: 2), collective: collective)
        }
        let metrics = outputs[0].metrics.names.count
        // Features, denominators, averages and metrics in float32; ordinals in int64.
        let bytes = (2 * count * width + 2 * count + 2 * count + metrics) * 4 + count * 8
        #expect(group.byteCounts == [bytes, bytes])
    }
}

/// Holds the states of the newest attempt of a rank.
final class EstimateStates {
    var current = MemorySampleStates(count: 0, width: 2)
}
