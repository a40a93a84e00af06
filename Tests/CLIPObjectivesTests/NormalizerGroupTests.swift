import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// Samples of equal group are no negatives of each other, whoever estimates the normalizers: the divisor is the number
/// of the negatives that remain.
@Suite struct NormalizerGroupTests {
    /// In the second case all but one have a single negative.
    private static let keys: [[Int64]] = [[0, 0, 1, 2, 1, 1, 3, 4], [5, 5, 5, 5, 5, 5, 5, 6]]
    private let epsilon = 1e-3

    private func pairs(_ groups: [Int64]) throws -> Pairs {
        var pairs = try Pairs(groups.count, groups: groups)
        pairs.ordinals = (0..<Int64(groups.count)).map(\.self)
        return pairs
    }

    private func check(
        _ pairs: Pairs,
        _ make: () throws -> ContrastiveObjective,
        against loss: (Tensor, Tensor, Tensor) throws -> Tensor
    ) throws {
        let expected = try autograd(pairs, of: loss)
        for ranks in [1, 2, 4] {
            let output = try train([pairs], ranks: ranks, make: make) { _ in }.outputs[0]
            try expectCloseGradients(output, expected)
        }
    }

    @Test(arguments: keys)
    func movingAverage(groups: [Int64]) throws {
        try check(pairs(groups)) {
            let states = MemorySampleStates(count: 8, width: 2)
            return ContrastiveObjective(
                normalizer: MovingAverageNormalizer(states: states, epsilon: epsilon, rate: .constant(1))
            )
        } against: { e1, e2, logScale in
            let scale = try logScale.exp()
            let image = try innerMeans(e1, e2, scale: scale, groups: groups) + epsilon
            let text = try innerMeans(e2, e1, scale: scale, groups: groups) + epsilon
            return try (image.log() + text.log()).mean() * 0.5
        }
    }

    @Test(arguments: keys)
    func individualTemperatures(groups: [Int64]) throws {
        try check(pairs(groups)) {
            ContrastiveObjective(
                normalizer: MovingAverageNormalizer(
                    states: MemorySampleStates(count: 8, width: 2),
                    epsilon: epsilon,
                    rate: .constant(1)
                ),
                temperature: IndividualTemperature(
                    states: MemorySampleStates(count: 8, width: 6),
                    initial: 0.2,
                    robustness: 1,
                    learningRate: 0.1
                )
            )
        } against: { e1, e2, logScale in
            let scale = try Tensor.full([], 5, dtype: .float64)
            let image = try innerMeans(e1, e2, scale: scale, groups: groups) + epsilon
            let text = try innerMeans(e2, e1, scale: scale, groups: groups) + epsilon
            return try (image.log() + text.log()).mean() * 0.5 + logScale * 0
        }
    }

    @Test(arguments: keys)
    func exact(groups: [Int64]) throws {
        let others = try (normal([20, 6], seed: 1).normalized(), normal([20, 6], seed: 2).normalized())
        let pairs = try pairs(groups)
        let normalizer = ExactNormalizer(images: others.0, texts: others.1, epsilon: epsilon)
        let known = try estimates(pairs, by: normalizer)
        let weights = try [known.image, known.text].map { try (-Tensor($0)).exp() }
        try check(pairs) {
            ContrastiveObjective(normalizer: normalizer)
        } against: { e1, e2, logScale in
            let scale = try logScale.exp()
            let image = try innerMeans(e1, e2, scale: scale, groups: groups) * weights[0]
            let text = try innerMeans(e2, e1, scale: scale, groups: groups) * weights[1]
            return try (image + text).mean() * 0.5
        }
    }

    @Test(arguments: keys, [false, true])
    func network(groups: [Int64], flowsThrough: Bool) throws {
        let start = StartingPoint(texts: try normal([5, 6], seed: 1), images: try normal([5, 6], seed: 2))
        try check(pairs(groups)) {
            ContrastiveObjective(
                normalizer: try start.network(epsilon: epsilon, flowsThrough: flowsThrough)
            )
        } against: { e1, e2, logScale in
            let scale = try logScale.exp()
            let sides = try [(e1, e2, start.texts), (e2, e1, start.images)].map {
                anchors,
                others,
                prototypes in
                var alpha = try prediction(anchors, others, prototypes, scale: scale, epsilon: epsilon)
                if !flowsThrough { alpha = try alpha.detached() }
                let means = try innerMeans(anchors, others, scale: scale, groups: groups)
                return try (-alpha).exp() * (means + epsilon) + alpha
            }
            return try (sides[0] + sides[1]).mean() * 0.5
        }
    }

    /// Samples 0 to 2 are alone among themselves: what they had stays, and who never was seen remains so.
    @Test func anchorsWithoutNegativesLearnNothing() throws {
        let states = MemorySampleStates(count: 4, width: 2)
        try states.write([0.5, -0.25], at: [1])
        var pairs = try Pairs(3, groups: [7, 7, 7])
        pairs.ordinals = [0, 1, 2]
        for epoch in [0, 1] {
            pairs.epoch = epoch
            let normalizer = MovingAverageNormalizer(states: states, rate: .constant(0.5))
            let output = try pairs.evaluate(ContrastiveObjective(normalizer: normalizer))
            #expect(try states.read([0, 1, 2, 3]) == [0, 0, 0.5, -0.25, 0, 0, 0, 0])
            #expect(try output.image.abs().maximum().item() == 0)
            #expect(try output.metrics.values.isFinite().all().item() == 1)
        }
    }

    /// Nor do prototypes learn from them, nor does anything flow through predictions for them.
    @Test(arguments: [1, 3])
    func prototypesLearnNothingFromAnchorsWithoutNegatives(count: Int) throws {
        let pairs = try Pairs(count, groups: [Int64](repeating: 7, count: count))
        let start = StartingPoint(texts: try normal([5, 6], seed: 1), images: try normal([5, 6], seed: 2))
        let network = try start.network(steps: 3, epsilon: epsilon, learningRate: 0.1, flowsThrough: true)
        var objective = ContrastiveObjective(normalizer: network)
        let output = try pairs.evaluate(learning: &objective)
        let after = try #require(objective.normalizer as? NetworkNormalizer)
        try expectClose(#require(after.texts).rows, start.texts, tolerance: 0)
        try expectClose(#require(after.images).rows, start.images, tolerance: 0)
        #expect(try output.image.abs().maximum().item() == 0)
        #expect(try output.metrics.values.isFinite().all().item() == 1)
    }
}
