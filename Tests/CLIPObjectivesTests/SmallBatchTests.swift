import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// Batches of one and two pairs are defined for every objective.
@Suite struct SmallBatchTests {
    private func pairs(_ count: Int, dtype: DType) throws -> Pairs {
        var pairs = try Pairs(count)
        pairs.image = try pairs.image.to(dtype)
        pairs.text = try pairs.text.to(dtype)
        pairs.logScale = try pairs.logScale.to(dtype)
        pairs.bias = try Tensor.full([], -4, dtype: dtype)
        pairs.ordinals = (0..<Int64(count)).map(\.self)
        pairs.epoch = 1
        return pairs
    }

    private func contrastive(_ dtype: DType) throws -> [(name: String, objective: ContrastiveObjective)] {
        func average() -> MovingAverageNormalizer {
            MovingAverageNormalizer(states: MemorySampleStates(count: 2, width: 2), rate: .constant(0.5))
        }
        func network(flowsThrough: Bool, prototypes: Int) throws -> NetworkNormalizer {
            try NetworkNormalizer(
                NetworkNormalizerOptions(prototypes: prototypes, steps: 2, flowsThrough: flowsThrough)
            )
        }
        let robust = GlobalTemperature(robustness: 6.5)
        let individual = IndividualTemperature(
            states: MemorySampleStates(count: 2, width: 6),
            robustness: 6,
            learningRate: 0.01
        )
        let data = try pairs(2, dtype: dtype)
        let exact = ExactNormalizer(images: data.image, texts: data.text)
        return [
            ("batch", ContrastiveObjective()),
            ("average", ContrastiveObjective(normalizer: average())),
            (
                "robust",
                ContrastiveObjective(
                    normalizer: average(),
                    temperature: robust,
                    multipliesByTemperature: true
                )
            ),
            ("individual", ContrastiveObjective(normalizer: average(), temperature: individual)),
            ("exact", ContrastiveObjective(normalizer: exact)),
            (
                "network",
                ContrastiveObjective(normalizer: try network(flowsThrough: false, prototypes: 1))
            ),
            ("flow", ContrastiveObjective(normalizer: try network(flowsThrough: true, prototypes: 7))),
        ]
    }

    @Test(arguments: [1, 2], [DType.float32, .float64])
    func everyObjectiveIsFinite(count: Int, dtype: DType) throws {
        let pairs = try pairs(count, dtype: dtype)
        for (name, objective) in try contrastive(dtype) {
            var objective = objective
            for _ in 0..<3 {
                let output = try pairs.evaluate(learning: &objective)
                let values =
                    [output.image, output.text, output.metrics.values] + Array(output.parameters.values)
                for value in values { #expect(try value.isFinite().all().item() == 1, "\(name)") }
                // A single pair has no negatives, so nothing pulls or pushes.
                let size = try output.image.abs().maximum().item()
                #expect(count == 1 ? size == 0 : size > 0, "\(name)")
            }
        }
        var sigmoid = SigmoidObjective()
        let output = try pairs.evaluate(learning: &sigmoid)
        #expect(try output.metrics.values.isFinite().all().item() == 1)
        #expect(try output.image.abs().maximum().item() > 0)
    }

    /// Ranks with a single sample each.
    @Test func twoRanksOfOneAreOneOfTwo() throws {
        let pairs = try pairs(2, dtype: .float64)
        let count = try contrastive(.float64).count
        for index in 0..<count {
            func outputs(ranks: Int) throws -> [ObjectiveOutput] {
                try train([pairs, pairs], ranks: ranks) {
                    try contrastive(.float64)[index].objective
                } finish: { _ in
                }.outputs
            }
            let (a, b) = (try outputs(ranks: 1), try outputs(ranks: 2))
            try expectClose(a[0], b[0], tolerance: 1e-10)
            try expectClose(a[1], b[1], tolerance: 1e-6)
        }
    }
}
