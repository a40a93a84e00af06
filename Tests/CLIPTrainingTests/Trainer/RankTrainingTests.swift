import CLIPData
import CLIPModels
import CLIPObjectives
import Foundation
import SimulatedRanks
import Testing
import Torch
import TorchDistributed
import TorchNN
import TorchOptim

@testable import CLIPTraining

/// Two simulated ranks in one process train as one does.
@Suite struct RankTrainingTests {
    /// What training left.
    private struct Outcome: Sendable {
        var losses: [Double]
        var weights: [String: [Double]]
        var samples: Int

        /// The norm of the difference of all weights over the norm of the weights.
        func relativeDifference(from other: Outcome) -> Double {
            var (difference, norm) = (0.0, 0.0)
            for (name, values) in weights {
                for (own, its) in zip(values, other.weights[name] ?? []) {
                    difference += (own - its) * (own - its)
                    norm += its * its
                }
            }
            return (difference / norm).squareRoot()
        }

        /// The largest difference of a weight.
        func difference(from other: Outcome) -> Double {
            weights.map { name, values in
                zip(values, other.weights[name] ?? []).map { abs($0 - $1) }.max() ?? .infinity
            }.max() ?? .infinity
        }
    }

    private static func outcome(_ trainer: Trainer, steps: Int) throws -> Outcome {
        defer { trainer.loader.shutdown() }
        let losses = try (0..<steps).map { _ in
            try trainer.step()
            return try trainer.takeMetrics().means["loss"] ?? .nan
        }
        let weights = try trainer.model.parameters.entries.map {
            ($0.name, try $0.tensor.detached().scalars() as [Double])
        }
        return Outcome(
            losses: losses,
            weights: Dictionary(uniqueKeysWithValues: weights),
            samples: trainer.position.samples
        )
    }

    private static func toyTrainer(_ fixture: TrainingFixture, _ collective: any Collective) throws -> Trainer
    {
        let setup = try RunSetup.prepare(fixture.recipe(), output: .nullDevice).stages[0]
        let model = try ToyModel()
        let step = TrainingStep(
            model: model,
            objective: ContrastiveObjective(),
            optimizer: try GroupedOptimizer(model.parameters.trained, options: AdamWOptions()),
            collective: collective
        )
        return Trainer(step, loader: try setup.loader(stream: 0, for: collective)) { _ in 1e-2 }
    }

    @Test func twoRanksAreOneInFloat64() throws {
        let fixture = try TrainingFixture()
        let one = try Self.outcome(Self.toyTrainer(fixture, SingleProcess()), steps: 10)
        let two = try ThreadedRanks.run(count: 2) {
            try Self.outcome(Self.toyTrainer(fixture, $0), steps: 10)
        }
        for rank in two {
            #expect(rank.difference(from: one) < 1e-12)
            #expect(zip(rank.losses, one.losses).allSatisfy { abs($0 - $1) < 1e-12 })
            #expect(rank.samples == one.samples && one.samples == 80)
        }
        #expect(two[0].difference(from: two[1]) == 0)
        #expect(
            try one.difference(from: Self.outcome(Self.toyTrainer(fixture, SingleProcess()), steps: 1)) > 0.05
        )
    }

    /// The demo's model, which is read from the examples; each sample's patches are drawn by its key, whichever rank has it.
    @Test(arguments: [[], ["tokens={image: {mask: random, drop: 0.75}}"]])
    func twoRanksAreOneForTheDemosModel(_ more: [String]) throws {
        let fixture = try TrainingFixture()
        let config = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Examples/models/demo-64.json").standardizedFileURL.path
        let overrides = ["model.config=\(config)", "length=3 steps"] + more
        let one = try Self.outcome(fixture.trainer(overrides), steps: 3)
        let two = try ThreadedRanks.run(count: 2) { collective in
            try Self.outcome(fixture.revertibleTrainer(overrides, collective: collective).trainer, steps: 3)
        }
        for rank in two {
            #expect(rank.relativeDifference(from: one) < 1e-5)
            #expect(zip(rank.losses, one.losses).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    /// What is left in buckets of any size is the sum, and a parameter without a gradient keeps none.
    @Test(arguments: [1, 40, 1 << 20])
    func gradientsAreSummedInBuckets(bytes: Int) throws {
        let sums = try ThreadedRanks.run(count: 3) { collective in
            let types: [DType] = [.float32, .float32, .bfloat16, .bfloat16, .float64, .float32]
            let parameters = try types.enumerated().map { number, type in
                let parameter = try Tensor.zeros([number + 1, 2], dtype: type)
                try parameter.setRequiresGradient(true)
                let value = Double((collective.rank + 1) * (number + 1))
                if number != 1 {
                    try parameter.setGradient(Tensor.full([number + 1, 2], value, dtype: type))
                }
                return parameter
            }
            try GradientReduction.sum(parameters, over: collective, bucketBytes: bytes)
            return try parameters.map { try $0.gradient?.to(.float64).scalars() as [Double]? }
        }
        for rank in sums {
            for (number, values) in rank.enumerated() {
                let expected = Array(repeating: Double(6 * (number + 1)), count: 2 * (number + 1))
                #expect(values == (number == 1 ? nil : expected))
            }
        }
    }

    @Test(arguments: [
        ["objective.preset=fastclip-v3", "temperature.rho=2"],
        ["objective.preset=neuclip", "temperature.rho=2", "objective.network.prototypes=20"],
        ["objective.preset=siglip"], ["microBatch=3", "objective.maskEqualCaptions=true"],
    ])
    func twoRanksAreOneForOtherLosses(overrides: [String]) throws {
        let fixture = try TrainingFixture()
        let one = try Self.outcome(fixture.trainer(overrides), steps: 6)
        let two = try ThreadedRanks.run(count: 2) { collective in
            try Self.outcome(fixture.revertibleTrainer(overrides, collective: collective).trainer, steps: 6)
        }
        for rank in two {
            #expect(
                zip(rank.losses, one.losses).allSatisfy { abs($0 - $1) < 1e-4 * max(1, abs($1)) },
                "\(rank.losses) \(one.losses)"
            )
            #expect(rank.relativeDifference(from: one) < 1e-4)
        }
    }
}
