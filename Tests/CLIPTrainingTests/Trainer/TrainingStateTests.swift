import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchOptim

@testable import CLIPTraining

/// States in memory: a search that goes back leaves no trace.
@Suite struct TrainingStateTests {
    private static let presets: [[String]] = [
        ["ema={decay: 0.9}"],
        ["objective.preset=neuclip", "objective.network.prototypes=20", "temperature.rho=2"],
        ["objective.preset=isogclr", "temperature.rho=2"],
    ]

    private func losses(_ trainer: Trainer, steps: Int) throws -> [Double] {
        try (0..<steps).map { _ in
            try trainer.step()
            return try trainer.takeMetrics().means["loss"] ?? .nan
        }
    }

    @Test(arguments: presets.indices)
    func whatFollowsARestoreIsWhatFollowedTheSnapshot(number: Int) throws {
        let fixture = try TrainingFixture()
        let (trainer, states) = try fixture.revertibleTrainer(Self.presets[number])
        _ = try losses(trainer, steps: 3)
        let state = try trainer.snapshot(samples: states)
        let first = try losses(trainer, steps: 4)
        try trainer.restore(state)
        #expect(trainer.position.isSamePlace(as: state.position))
        #expect(try losses(trainer, steps: 4) == first)
        // A snapshot serves more than once.
        try trainer.restore(state)
        #expect(try losses(trainer, steps: 4) == first)
    }

    /// Prototypes that are made in a trial are gone after it.
    @Test(arguments: presets.indices)
    func aTrialBeforeTheFirstStepLeavesNothing(number: Int) throws {
        let fixture = try TrainingFixture()
        let (trainer, states) = try fixture.revertibleTrainer(Self.presets[number])
        let state = try trainer.snapshot(samples: states)
        let first = try losses(trainer, steps: 3)
        try trainer.restore(state)
        #expect(try losses(trainer, steps: 3) == first)
        state.discard()
    }

    @Test func memoryAndDiskHoldTheSame() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["ema={decay: 0.9}", "checkpoint.every=5 steps"])
        let checkpoint = try #require(try CheckpointStore(run: fixture.url("run")).checkpoints().first)
        let saved = try TrainingState(contentsOf: checkpoint)
        let trainer = try fixture.trainer(["ema={decay: 0.9}"])
        for _ in 0..<5 { try trainer.step() }
        let state = try trainer.snapshot()
        #expect(state.position.isSamePlace(as: saved.position))
        func values(_ tensors: [String: Tensor]?) throws -> [String: [Float]] {
            try (tensors ?? [:]).mapValues { try $0.scalars() }
        }
        #expect(try values(state.weights) == values(saved.weights))
        #expect(try values(state.average) == values(saved.average))
        #expect(try values(state.optimizer?.tensors) == values(saved.optimizer?.tensors))
        #expect(state.optimizer?.stepCount == 5 && saved.optimizer?.stepCount == 5)
    }

    @Test func aProgramsOwnCheckpointBringsTheStateBack() throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer(["ema={decay: 0.9}"])
        _ = try losses(trainer, steps: 2)
        let state = try trainer.snapshot()
        let store = CheckpointStore(run: fixture.url("own"))
        let checkpoint = try store.write(state.position) { try state.write(to: $0, as: trainer.model) }
        let first = try losses(trainer, steps: 3)
        try trainer.restore(TrainingState(contentsOf: checkpoint))
        #expect(try losses(trainer, steps: 3) == first)
    }

    @Test func aStateOfAnotherModelIsRefusedAndChangesNothing() throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer()
        var state = try trainer.snapshot()
        state.weights["visual.proj"] = try Tensor.zeros([3, 3])
        #expect(throws: TrainingError.otherState("visual.proj")) { try trainer.restore(state) }
    }
}
