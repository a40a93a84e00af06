import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// State per sample moves once in a step, however many captions an image has.
@Suite struct CaptionStateTests {
    private func pairs(seed: UInt64) throws -> Pairs {
        var pairs = try Pairs(5, seed: seed)
        pairs.ordinals = [Int64](0..<5)
        return pairs
    }

    /// A batch with the texts of both.
    private func both() throws -> Pairs {
        var both = try pairs(seed: 1)
        both.text = try Tensor.stack([both.text, pairs(seed: 2).text], dim: 1)
        return both
    }

    private func averages(
        of input: ObjectiveInput,
        rate: InnerRate,
        epoch: Int,
        from start: [Float]
    ) throws -> [Float] {
        let states = MemorySampleStates(count: 5, width: MovingAverageNormalizer.stateWidth)
        try states.write(start, at: Array(0..<5))
        var objective = ContrastiveObjective(
            normalizer: MovingAverageNormalizer(states: states, rate: rate),
            temperature: GlobalTemperature(isLearnable: false)
        )
        var input = input
        input.epoch = epoch
        _ = try objective.evaluate(input, collective: SingleProcess())
        return try states.read(Array(0..<5))
    }

    @Test(arguments: [0.25, 1])
    func anAverageMovesByTheMeanOverCaptions(gamma: Double) throws {
        let both = try both()
        let zeros = [Float](repeating: 0, count: 10)
        // In the first epoch a record is ln g of its batch.
        let means = try (0..<2).map { caption in
            var single = both
            single.text = try both.text.select(caption, dim: 1).contiguous()
            return try averages(of: single.input, rate: .constant(1), epoch: 0, from: zeros)
        }
        let start = (0..<10).map { Float(-0.3) + Float($0) / 16 }
        let found = try averages(of: both.input, rate: .constant(gamma), epoch: 1, from: start)
        for place in 0..<10 {
            let g = (exp(Double(means[0][place])) + exp(Double(means[1][place]))) / 2
            let expected = (1 - gamma) * exp(Double(start[place])) + gamma * g
            #expect(abs(Double(found[place]) - log(expected)) < 1e-6)
        }
        #expect(abs(means[0][0] - means[1][0]) > 1e-3)
    }

    @Test func aTemperatureMovesOnceForEqualCaptions() throws {
        var triple = try pairs(seed: 1)
        let single = triple
        triple.text = try single.text.unsqueezed(1).expanded([5, 3, 6]).contiguous()
        func temperatures(_ input: ObjectiveInput) throws -> [Float] {
            let states = MemorySampleStates(count: 5, width: IndividualTemperature.stateWidth)
            var objective = ContrastiveObjective(
                temperature: IndividualTemperature(
                    states: states,
                    initial: 0.2,
                    robustness: 0.5,
                    learningRate: 0.01
                )
            )
            for _ in 0..<2 { _ = try objective.evaluate(input, collective: SingleProcess()) }
            return try states.read(Array(0..<5))
        }
        let (found, expected) = (try temperatures(triple.input), try temperatures(single.input))
        for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-6) }
        #expect(expected.contains { $0 != 0 && abs($0 - 0.2) > 1e-3 })
    }
}
