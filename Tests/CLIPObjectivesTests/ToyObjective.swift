import CLIPObjectives
import Testing
import Torch
import TorchDistributed

/// A loss that is neither contrastive nor sigmoid, to show what a third one needs: only `Objective`.
///
/// `L = 1/B Σ_i ‖a e1_i - e2_i‖² + ½ ‖1/B Σ_i e1_i‖²` with the parameter `alignment_gain` `a`. With `r_i = a e1_i - e2_i` and
/// the mean `m` of all images, `dE1_i = (2 a r_i + m) / B`, `dE2_i = -2 r_i / B`, `da = 2/B Σ_i r_i · e1_i`.
struct ToyObjective: Objective {
    static let gain = "alignment_gain"

    func evaluate(_ input: ObjectiveInput, collective: any Collective) throws -> ObjectiveOutput {
        guard let gain = input.parameters[Self.gain] else {
            throw ObjectiveError.missingParameter(Self.gain, available: Array(input.parameters.keys))
        }
        return try withoutGradient {
            let share = 1 / Double(input.image.size(0) * collective.count)
            let residual = try input.image * gain - input.text
            let mean = try collective.sum(input.image.sum(dims: [0])) * share
            let alignment = try collective.sum(residual.squared().sum().reshaped([1])) * share
            let spread = try mean.squared().sum().reshaped([1]) * 0.5
            return ObjectiveOutput(
                image: try residual * gain * (2 * share) + (mean * share).unsqueezed(0),
                text: try residual * (-2 * share),
                parameters: [Self.gain: try (residual * input.image).sum() * (2 * share)],
                metrics: MetricVector(
                    names: ["loss", "alignment"],
                    values: try Tensor.concatenate([alignment + spread, alignment])
                )
            )
        }
    }

    /// The gain stays positive.
    func constrain(_ parameters: [String: Tensor]) throws {
        try withoutGradient { try parameters[Self.gain]?.clamp(to: 0...Double.infinity) }
    }
}

@Suite struct ToyObjectiveTests {
    private func input(_ pairs: Pairs, gain: Tensor, rank: Int = 0, of count: Int = 1) throws
        -> ObjectiveInput
    {
        var input = try pairs.slice(rank: rank, of: count)
        input.parameters = [ToyObjective.gain: gain]
        return input
    }

    @Test(arguments: [1, 2, 4])
    func gradientsAreThoseOfAutograd(ranks: Int) throws {
        let pairs = try Pairs(8)
        let gain = try Tensor.full([], 0.7, dtype: .float64)
        var graph = pairs
        graph.logScale = gain
        let expected = try autograd(graph) { image, text, gain in
            let alignment = try (image * gain - text).squared().sum(dims: [1]).mean()
            return try alignment + image.mean(dims: [0]).squared().sum() * 0.5
        }
        let outputs = try SlicedCollective(count: ranks).run { collective in
            try ToyObjective().evaluate(
                input(pairs, gain: gain, rank: collective.rank, of: ranks),
                collective: collective
            )
        }
        try expectClose(.concatenate(outputs.map(\.image)), expected.image)
        try expectClose(.concatenate(outputs.map(\.text)), expected.text)
        let slopes = try outputs.map { try #require($0.parameters[ToyObjective.gain]) }
        try expectClose(Tensor.stack(slopes).sum(), expected.logScale)
        for output in outputs { try expectClose(output.loss, expected.loss) }
    }

    @Test func whatItDoesNotHaveItNeedNotSay() throws {
        var objective: any Objective = ToyObjective()
        #expect(objective.normalizers == nil)
        #expect(try objective.snapshot().isEmpty)
        try objective.restore([:])
        let gain = try Tensor.full([], -0.5, dtype: .float64)
        try objective.constrain([ToyObjective.gain: gain])
        #expect(try gain.item() == 0)
        #expect(throws: ObjectiveError.missingParameter(ToyObjective.gain, available: ["logit_scale"])) {
            _ = try objective.evaluate(Pairs(4).input, collective: SingleProcess())
        }
    }

    /// The contrastive family answers for its normalizers; the others have none.
    @Test func normalizersAreAskedWithoutKnowingTheObjective() throws {
        let states = MemorySampleStates(count: 4, width: MovingAverageNormalizer.stateWidth)
        try states.write([0.5, -0.5], at: [2])
        let objectives: [any Objective] = [
            ContrastiveObjective(normalizer: MovingAverageNormalizer(states: states, rate: .constant(1))),
            ContrastiveObjective(), SigmoidObjective(), ToyObjective(),
        ]
        let input = try Pairs(1, scale: 3).input
        let sources = objectives.map(\.normalizers)
        #expect(sources.map { $0 != nil } == [true, true, false, false])
        #expect(try abs(#require(sources[0]).scales(input).image.item() - 3) < 1e-12)
        func recall(_ side: Side, _ source: (any NormalizerSource)?) throws -> Double? {
            let query = try AnchorQuery(
                side: side,
                features: input.image,
                similarity: Tensor([0] as [Double]),
                scale: Tensor([3] as [Double]),
                ordinals: [2]
            )
            return try source?.recall(query)?.item()
        }
        #expect(try abs(#require(try recall(.image, sources[0])) - 0.5) < 1e-6)
        #expect(try abs(#require(try recall(.text, sources[0])) + 0.5) < 1e-6)
        #expect(try recall(.image, sources[1]) == nil)
    }
}
