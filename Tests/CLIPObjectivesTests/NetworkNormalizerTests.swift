import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// What NeuCLIP's network predicts, and what its predictions do to the gradients.
@Suite struct NetworkNormalizerTests {
    private let epsilon = 1e-3

    private func pairs(_ count: Int = 5, width: Int = 24) throws -> Pairs {
        var pairs = try Pairs(count, width: width, scale: 8)
        pairs.ordinals = (0..<Int64(count)).map(\.self)
        return pairs
    }

    private func start(_ prototypes: Int = 7, width: Int = 24) throws -> StartingPoint {
        StartingPoint(
            texts: try normal([prototypes, width], seed: 11),
            images: try normal([prototypes, width], seed: 12)
        )
    }

    private func robust(_ normalizer: any NormalizerEstimator) -> ContrastiveObjective {
        ContrastiveObjective(
            normalizer: normalizer,
            temperature: GlobalTemperature(robustness: 0.7),
            multipliesByTemperature: true
        )
    }

    private func logMeans(_ pairs: Pairs, plus epsilon: Double) throws -> (image: [Double], text: [Double]) {
        let means = try innerMeans(pairs)
        return (
            try (means.image + epsilon).log().scalars(), try (means.text + epsilon).log().scalars()
        )
    }

    @Test func thePredictionsByHand() throws {
        let (pairs, start) = (try pairs(), try start())
        let found = try estimates(pairs, by: start.network(epsilon: epsilon))
        let scale = try pairs.logScale.exp()
        let image = try prediction(pairs.image, pairs.text, start.texts, scale: scale, epsilon: epsilon)
        let text = try prediction(pairs.text, pairs.image, start.images, scale: scale, epsilon: epsilon)
        #expect(try distance(found.image, image.scalars()) < 1e-12)
        #expect(try distance(found.text, text.scalars()) < 1e-12)
    }

    /// The loss exceeds the one with exact log-normalizers by `exp(x) - x - 1` with each prediction's error `x`.
    @Test func theLossIsAnUpperBoundWithAKnownGap() throws {
        let (pairs, start) = (try pairs(), try start())
        let found = try estimates(pairs, by: start.network(epsilon: epsilon))
        let exact = try logMeans(pairs, plus: epsilon)
        let errors = zip(exact.image + exact.text, found.image + found.text).map { $0 - $1 }
        let gap = errors.map { exp($0) - $0 - 1 }.reduce(0, +) / 10
        #expect(gap > 1e-2)
        let loss = try pairs.evaluate(ContrastiveObjective(normalizer: start.network(epsilon: epsilon))).loss
        let least = (exact.image + exact.text).reduce(0, +) / 10
        #expect(try abs(loss.item() - least - gap) < 1e-12)
    }

    /// With exact predictions the step is that of the robust global loss, and it does not matter whether gradients
    /// flow through them.
    @Test(arguments: [false, true], [1, 5])
    func exactPredictionsGiveTheGradientsOfTheGlobalLoss(flowsThrough: Bool, ranks: Int) throws {
        let pairs = try pairs()
        // The network adds its ε to what the prototypes say, which is g then.
        let start = try StartingPoint(pairs, predicting: logMeans(pairs, plus: 0))
        let output = try train([pairs], ranks: ranks) {
            robust(try start.network(epsilon: epsilon, flowsThrough: flowsThrough))
        } finish: { _ in
        }.outputs[0]
        let expected = try autograd(pairs) { e1, e2, logScale in
            let scale = try logScale.exp()
            let means = try [innerMeans(e1, e2, scale: scale), innerMeans(e2, e1, scale: scale)]
            let loss = try ((means[0] + epsilon).log() + (means[1] + epsilon).log()).mean() * 0.5
            return try (loss + 0.7) / scale
        }
        try expectCloseGradients(output, expected, tolerance: 1e-10)
        try expectClose(output.loss, expected.loss)
        let found = try estimates(pairs, by: start.network(epsilon: epsilon))
        #expect(try distance(found.image, logMeans(pairs, plus: epsilon).image) < 1e-12)
    }

    /// Predictions of `ln(ε + u)` give FastCLIP's gradients of features.
    @Test func predictionsOfStaleAveragesGiveTheirGradients() throws {
        var pairs = try pairs()
        pairs.epoch = 1
        let samples: [Int64] = [0, 1, 2, 3, 4]
        let stored: [Float] = [-0.5, 0.25, 0, 0.5, -1, 0.75, 0.125, -0.25, 0.5, -0.75]
        func average() throws -> MovingAverageNormalizer {
            let states = MemorySampleStates(count: 5, width: 2)
            try states.write(stored, at: samples)
            return MovingAverageNormalizer(states: states, epsilon: epsilon, rate: .constant(0.3))
        }
        let said = try estimates(pairs, by: average())
        let start = try StartingPoint(pairs, predicting: (said.image, said.text))
        let a = try pairs.evaluate(ContrastiveObjective(normalizer: start.network()))
        let b = try pairs.evaluate(ContrastiveObjective(normalizer: average()))
        try expectClose(a.image, b.image, tolerance: 1e-10)
        try expectClose(a.text, b.text, tolerance: 1e-10)
        #expect(try distance(a.image, pairs.evaluate().image) > 1e-3)
    }

    /// The whole objective `τ (½ mean(exp(-α) (ε + g) + α - 1) + ρ)` as a graph, with `α` differentiable or constant.
    @Test(arguments: [false, true], [false, true])
    func gradientsWithAndWithoutFlow(flowsThrough: Bool, isMultiplied: Bool) throws {
        let (pairs, start) = (try pairs(), try start())
        let expected = try autograd(pairs) { e1, e2, logScale in
            let scale = try logScale.exp()
            let sides = try [(e1, e2, start.texts), (e2, e1, start.images)].map {
                anchors,
                others,
                prototypes in
                var alpha = try prediction(anchors, others, prototypes, scale: scale, epsilon: epsilon)
                if !flowsThrough { alpha = try alpha.detached() }
                let means = try innerMeans(anchors, others, scale: scale)
                return try (-alpha).exp() * (means + epsilon) + alpha - 1
            }
            let loss = try (sides[0] + sides[1]).mean() * 0.5
            return isMultiplied ? try (loss + 0.7) / scale : loss
        }
        for ranks in [1, 5] {
            let output = try train([pairs], ranks: ranks) {
                let network = try start.network(epsilon: epsilon, flowsThrough: flowsThrough)
                var objective = robust(network)
                if !isMultiplied { objective.temperature = GlobalTemperature() }
                objective.multipliesByTemperature = isMultiplied
                return objective
            } finish: { _ in
            }.outputs[0]
            try expectCloseGradients(output, expected)
            try expectClose(output.loss, expected.loss)
        }
    }

    @Test func flowChangesTheGradientsOfInexactPredictions() throws {
        let (pairs, start) = (try pairs(), try start())
        let flowing = try pairs.evaluate(robust(start.network(flowsThrough: true)))
        let stopped = try pairs.evaluate(robust(start.network(flowsThrough: false)))
        #expect(try distance(flowing.image, stopped.image) > 1e-3)
        #expect(try distance(flowing.text, stopped.text) > 1e-3)
        let slopes = try [flowing, stopped].map { try #require($0.parameters["logit_scale"]).item() }
        #expect(abs(slopes[0] - slopes[1]) > 1e-4)
        try expectClose(flowing.loss, stopped.loss)
    }

    /// Prototypes that are all the other texts predict an anchor's log-normalizer over the whole data set exactly.
    @Test func theOtherTextsAsPrototypesAreExact() throws {
        let pairs = try pairs(9)
        let exact = try logMeans(pairs, plus: epsilon)
        for anchor in [0, 4, 8] {
            let others = try Tensor((0..<9).filter { $0 != anchor }.map(Int64.init))
            let start = StartingPoint(
                texts: try pairs.text.indexSelect(others),
                images: try pairs.image.indexSelect(others)
            )
            let found = try estimates(pairs, by: start.network(epsilon: epsilon))
            #expect(abs(found.image[anchor] - exact.image[anchor]) < 1e-12)
            #expect(abs(found.text[anchor] - exact.text[anchor]) < 1e-12)
            #expect(abs(found.image[1] - exact.image[1]) > 1e-3)
        }
    }

    @Test func orderLengthAndCopiesOfPrototypesDoNotMatter() throws {
        let (pairs, start) = (try pairs(), try start(4))
        let expected = try estimates(pairs, by: start.network(epsilon: epsilon))
        let order = try Tensor([2, 0, 3, 1] as [Int64])
        let lengths = try Tensor([0.01, 3, 250, 1] as [Double]).unsqueezed(1)
        let changes: [(Tensor) throws -> Tensor] = [
            { try $0.indexSelect(order) }, { try $0 * lengths }, { try .concatenate([$0, $0]) },
        ]
        for change in changes {
            let other = StartingPoint(texts: try change(start.texts), images: try change(start.images))
            let found = try estimates(pairs, by: other.network(epsilon: epsilon))
            #expect(distance(found.image, expected.image) < 1e-12)
            #expect(distance(found.text, expected.text) < 1e-12)
        }
    }

    /// The batch's own rows as prototypes count the positive: `α = ln(ε + ((B - 1) g + 1) / B)`.
    @Test func afterARestartThePredictionsCountThePositive() throws {
        let pairs = try pairs()
        let network = try NetworkNormalizer(
            NetworkNormalizerOptions(prototypes: 5, steps: 0),
            epsilon: epsilon
        )
        let found = try estimates(pairs, by: network)
        let means = try innerMeans(pairs)
        let expected = try [means.image, means.text].map { means -> [Double] in
            try ((means * 4 + 1) * (1 / 5.0) + epsilon).log().scalars()
        }
        #expect(distance(found.image, expected[0]) < 1e-12)
        #expect(distance(found.text, expected[1]) < 1e-12)
    }

    /// Negatives so far away that their exponentials vanish.
    @Test func predictionsDoNotFallBelowEpsilon() throws {
        var pairs = try pairs(6, width: 6)
        let eye = try Tensor.zeros([6, 6], dtype: .float64)
        try eye.diagonal().fill(1)
        (pairs.image, pairs.text) = (eye, eye)
        pairs.logScale = try Tensor.full([], 1e4, dtype: .float64).log()
        let far = StartingPoint(texts: try -eye, images: try -eye)
        for flowsThrough in [false, true] {
            let network = try far.network(steps: 3, epsilon: epsilon, flowsThrough: flowsThrough)
            let found = try estimates(pairs, by: network)
            #expect((found.image + found.text).allSatisfy { $0 >= log(epsilon) - 1e-12 && $0.isFinite })
            let output = try pairs.evaluate(robust(network))
            #expect(try output.image.isFinite().all().item() == 1)
            #expect(try output.metrics.values.isFinite().all().item() == 1)
            // exp(-α) (ε + 0) + α - 1 with α = ln ε.
            let expected = (log(epsilon) + 0.7) / 1e4
            #expect(try abs(output.loss.item() - expected) < 1e-9)
        }
    }

    @Test func aPredictionFarTooSmallIsLifted() throws {
        var pairs = try pairs()
        pairs.logScale = try Tensor.full([], 200, dtype: .float64).log()
        let start = StartingPoint(texts: try -pairs.text, images: try -pairs.image)
        let exact = try logMeans(pairs, plus: 0)
        let free = try estimates(pairs, by: start.network(logRatioLimit: 1e6))
        let held = try estimates(pairs, by: start.network(logRatioLimit: 4))
        let pairsOfBoth = zip(free.image + free.text, held.image + held.text)
        for (exact, (free, held)) in zip(exact.image + exact.text, pairsOfBoth) {
            #expect(abs(held - max(free, exact - 4)) < 1e-10)
        }
        #expect(zip(free.image, held.image).contains { $0 + 1 < $1 })
    }

    /// A lifted prediction depends no longer on the prototypes, so nothing flows through it.
    @Test func nothingFlowsThroughALiftedPrediction() throws {
        var pairs = try pairs()
        pairs.logScale = try Tensor.full([], 40, dtype: .float64).log()
        let exact = try logMeans(pairs, plus: 0)
        let start = try StartingPoint(
            pairs,
            predicting: (exact.image.map { $0 - 6 }, exact.text.map { $0 - 6 })
        )
        let said = try estimates(pairs, by: start.network(logRatioLimit: 4))
        #expect(distance(said.image + said.text, (exact.image + exact.text).map { $0 - 4 }) < 1e-10)
        let outputs = try [false, true].map {
            try pairs.evaluate(robust(start.network(flowsThrough: $0, logRatioLimit: 4)))
        }
        try expectClose(outputs[0], outputs[1])
        let free = try pairs.evaluate(robust(start.network(flowsThrough: true, logRatioLimit: 7)))
        #expect(try distance(free.image, outputs[0].image) > 1e-3)
    }
}
