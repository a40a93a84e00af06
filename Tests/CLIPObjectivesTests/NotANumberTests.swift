import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// Features that are no numbers make the loss no number, and spoil nothing that is kept.
@Suite struct NotANumberTests {
    private let samples: [Int64] = [0, 1, 2, 3, 4]

    private func good(_ seed: UInt64 = 1) throws -> Pairs {
        var pairs = try Pairs(5, seed: seed)
        pairs.ordinals = samples
        pairs.epoch = 1
        return pairs
    }

    /// The text of sample 2 is no number.
    private func bad() throws -> Pairs {
        let pairs = try good(2)
        try pairs.text.select(2).fill(.nan)
        return pairs
    }

    @Test func averagesAndTemperaturesKeepTheirValues() throws {
        let averages = MemorySampleStates(count: 5, width: 2)
        let temperatures = MemorySampleStates(count: 5, width: 6)
        let objective = ContrastiveObjective(
            normalizer: MovingAverageNormalizer(states: averages, rate: .constant(0.5)),
            temperature: IndividualTemperature(
                states: temperatures,
                initial: 0.2,
                robustness: 1,
                learningRate: 0.02
            )
        )
        // Also for samples that never were seen.
        for isKnown in [false, true] {
            if isKnown { _ = try good().evaluate(objective) }
            let before = (try averages.read(samples), try temperatures.read(samples))
            #expect(try bad().evaluate(objective).loss.item().isNaN)
            let after = (try averages.read(samples), try temperatures.read(samples))
            #expect(after.0.allSatisfy(\.isFinite) && after.1.allSatisfy(\.isFinite))
            for row in 0..<5 {
                // Every image has the bad text among its candidates; of the texts only sample 2's is bad.
                #expect(after.0[2 * row] == before.0[2 * row])
                #expect(after.1[6 * row..<6 * row + 3] == before.1[6 * row..<6 * row + 3])
                #expect((after.0[2 * row + 1] == before.0[2 * row + 1]) == (row == 2))
                #expect((after.1[6 * row + 3] == before.1[6 * row + 3]) == (row == 2))
            }
        }
        #expect(try good().evaluate(objective).loss.item().isFinite)
    }

    /// At an ordinary batch, and at the first or a later restart.
    @Test(arguments: [0, 1, 2, 3], [3, 12])
    func prototypesStayNumbers(time: Int, prototypes: Int) throws {
        let options = NetworkNormalizerOptions(prototypes: prototypes, steps: 2, restart: 2)
        var objective = ContrastiveObjective(normalizer: try NetworkNormalizer(options))
        for batch in 0..<8 {
            let output = try (batch == time ? bad() : good(UInt64(batch + 3))).evaluate(learning: &objective)
            #expect(try output.loss.item().isNaN == (batch == time))
            let network = try #require(objective.normalizer as? NetworkNormalizer)
            for side in [network.texts, network.images] {
                let side = try #require(side)
                #expect(try side.rows.isFinite().all().item() == 1)
                #expect(try side.accumulator.isFinite().all().item() == 1)
                #expect(try side.rows.norm(dims: [1]).minimum().item() > 0.1)
            }
        }
    }

    @Test func prototypesDoNotMoveOnAnOrdinaryBatch() throws {
        let options = NetworkNormalizerOptions(prototypes: 3, steps: 2, restart: nil)
        var objective = ContrastiveObjective(normalizer: try NetworkNormalizer(options))
        _ = try good().evaluate(learning: &objective)
        let before = try objective.snapshot()
        _ = try bad().evaluate(learning: &objective)
        let after = try objective.snapshot()
        for name in ["texts.prototypes", "texts.accumulator"] {
            try expectClose(#require(after[name]), #require(before[name]), tolerance: 0)
        }
    }

    @Test func theOtherLossesAreNotANumberEither() throws {
        var pairs = try bad()
        pairs.bias = try Tensor.full([], -4, dtype: .float64)
        var sigmoid = SigmoidObjective()
        #expect(try pairs.evaluate(learning: &sigmoid).loss.item().isNaN)
        let data = try good()
        let exact = ExactNormalizer(images: data.image, texts: data.text)
        #expect(try pairs.evaluate(ContrastiveObjective(normalizer: exact)).loss.item().isNaN)
    }
}
