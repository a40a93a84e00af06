import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// Several captions of each image with every estimator: images look for the texts of each set, and texts of all sets
/// or of the first only look for their images.
@Suite struct MultiTextTests {
    private let count = 6
    private let sets = 3
    private let epsilon = 1e-3

    private func pairs() throws -> Pairs {
        var pairs = try Pairs(count)
        pairs.text = try normal([count, sets, 6], seed: 9).normalized()
        pairs.ordinals = (0..<Int64(count)).map(\.self)
        return pairs
    }

    /// What one side's anchors add to the loss: anchors, candidates, logit scale.
    private typealias SideLoss = (_ anchors: Tensor, _ candidates: Tensor, _ logScale: Tensor, _ side: Side)
        throws -> Tensor

    private func check(
        _ textSide: ContrastiveObjective.TextSide,
        _ make: () throws -> ContrastiveObjective,
        against loss: SideLoss
    ) throws {
        let pairs = try pairs()
        let expected = try autograd(pairs) { image, text, logScale in
            let parts = try (0..<sets).map { set in
                let captions = try text.select(set, dim: 1)
                let images = try loss(image, captions, logScale, .image).mean()
                guard textSide == .averaged || set == 0 else { return images }
                let weight = textSide == .averaged ? 1 : Double(sets)
                return try images + loss(captions, image, logScale, .text).mean() * weight
            }
            return try Tensor.stack(parts).sum() * (0.5 / Double(sets))
        }
        for ranks in [1, 2] {
            let output = try train([pairs], ranks: ranks) {
                var objective = try make()
                objective.textSide = textSide
                return objective
            } finish: { _ in
            }.outputs[0]
            #expect(output.text.shape == [count, sets, 6])
            try expectCloseGradients(output, expected)
            // The loss of individual temperatures is the robust one, whatever the gradients of features.
            if try make().temperature is GlobalTemperature { try expectClose(output.loss, expected.loss) }
        }
    }

    @Test(arguments: ContrastiveObjective.TextSide.allCases)
    func batch(textSide: ContrastiveObjective.TextSide) throws {
        try check(textSide) {
            ContrastiveObjective()
        } against: { anchors, candidates, logScale, _ in
            let logits = try anchors.matmul(candidates.transposed()) * logScale.exp()
            return try logits.logSumExp(dims: [1]) - logits.diagonal()
        }
    }

    @Test(arguments: ContrastiveObjective.TextSide.allCases)
    func movingAverage(textSide: ContrastiveObjective.TextSide) throws {
        try check(textSide) {
            let states = MemorySampleStates(count: count, width: 2)
            return ContrastiveObjective(
                normalizer: MovingAverageNormalizer(states: states, epsilon: epsilon, rate: .constant(1))
            )
        } against: { anchors, candidates, logScale, _ in
            try (innerMeans(anchors, candidates, scale: logScale.exp()) + epsilon).log()
        }
    }

    /// With individual temperatures that do not move.
    @Test(arguments: ContrastiveObjective.TextSide.allCases)
    func individualTemperatures(textSide: ContrastiveObjective.TextSide) throws {
        try check(textSide) {
            ContrastiveObjective(
                normalizer: MovingAverageNormalizer(
                    states: MemorySampleStates(count: count, width: 2),
                    epsilon: epsilon,
                    rate: .constant(1)
                ),
                temperature: IndividualTemperature(
                    states: MemorySampleStates(count: count, width: 6),
                    initial: 0.25,
                    bounds: 0.1...0.5,
                    robustness: 1,
                    learningRate: 0
                )
            )
        } against: { anchors, candidates, logScale, _ in
            let scale = try Tensor.full([], 4, dtype: .float64)
            return try (innerMeans(anchors, candidates, scale: scale) + epsilon).log() + logScale * 0
        }
    }

    @Test(arguments: ContrastiveObjective.TextSide.allCases)
    func network(textSide: ContrastiveObjective.TextSide) throws {
        let start = StartingPoint(texts: try normal([5, 6], seed: 1), images: try normal([5, 6], seed: 2))
        for flowsThrough in [false, true] {
            try check(textSide) {
                ContrastiveObjective(
                    normalizer: try start.network(epsilon: epsilon, flowsThrough: flowsThrough)
                )
            } against: { anchors, candidates, logScale, side in
                let scale = try logScale.exp()
                let rows = side == .image ? start.texts : start.images
                var alpha = try prediction(anchors, candidates, rows, scale: scale, epsilon: epsilon)
                if !flowsThrough { alpha = try alpha.detached() }
                let means = try innerMeans(anchors, candidates, scale: scale)
                return try (-alpha).exp() * (means + epsilon) + alpha - 1
            }
        }
    }

    /// The whole data set is the batch with its first captions.
    @Test(arguments: ContrastiveObjective.TextSide.allCases)
    func exact(textSide: ContrastiveObjective.TextSide) throws {
        let pairs = try pairs()
        let texts = try pairs.text.select(0, dim: 1).contiguous()
        try check(textSide) {
            ContrastiveObjective(normalizer: ExactNormalizer(images: pairs.image, texts: texts))
        } against: { anchors, candidates, logScale, side in
            let own = try (anchors * candidates).sum(dims: [1], keepDims: true)
            let others = side == .image ? texts : pairs.image
            let differences = try (anchors.matmul(others.transposed()) - own) * logScale.exp()
            let sum = try (differences.exp() * negativesMask(count)).sum(dims: [1]).detached()
            let exact = try sum * (1 / Double(count - 1))
            let means = try innerMeans(anchors, candidates, scale: logScale.exp())
            // The loss of an estimator is its log-normalizer, its gradient that of g over the estimate.
            return try means / exact - (means / exact).detached() + exact.log()
        }
    }

    /// Where only first captions look for their images, only they have averages.
    @Test func captionsThatDoNotCountLeaveTheAveragesOfTexts() throws {
        func records(_ pairs: Pairs) throws -> [[Float]] {
            let states = MemorySampleStates(count: count, width: 2)
            try states.write([Float](repeating: 0.5, count: 2 * count), at: [Int64](0..<Int64(count)))
            var pairs = pairs
            pairs.epoch = 1
            let normalizer = MovingAverageNormalizer(states: states, rate: .constant(0.5))
            _ = try pairs.evaluate(ContrastiveObjective(normalizer: normalizer, textSide: .single))
            return try (0..<count).map { try states.read([Int64($0)]) }
        }
        let all = try pairs()
        var first = all
        first.text = try all.text.select(0, dim: 1).contiguous()
        let (a, b) = (try records(all), try records(first))
        #expect(a.map(\.[1]) == b.map(\.[1]))
        #expect(a.map(\.[0]) != b.map(\.[0]))
    }
}
