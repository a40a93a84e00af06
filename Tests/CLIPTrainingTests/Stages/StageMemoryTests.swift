import Foundation
import Synchronization
import Testing
import Torch

@testable import CLIPTraining

/// What stays in memory of a stage that is finished, and of a checkpoint that was read.
///
/// Live tensors are counted for the whole process.
@Suite struct StageMemoryTests {
    /// Live tensors at the moments of a run at which a stage is made, and at which its losses are computed.
    private static func counts(_ body: (RunParts) throws -> Void) throws -> [Int] {
        let counts = Mutex<[Int]>([])
        // Where the process has been before, so that only what the run adds is compared.
        let before = Tensor.liveCount
        let family = HookedFamily { _ in counts.withLock { $0.append(Tensor.liveCount - before) } }
        try body(RunParts(objectives: .standard.adding(family)))
        return counts.withLock { $0 }
    }

    private static func start(_ recipe: Recipe, _ directory: URL) throws -> [Int] {
        try counts { parts in
            _ = try TrainingRun.start(
                recipe: Recipe(yaml: recipe.resolved, objectives: parts.objectives),
                directory: directory,
                parts: parts,
                interrupt: InterruptFlag(signals: []),
                output: .nullDevice
            )
        }
    }

    /// Resumes a copy of the fixture's run after a step, of two in each stage.
    private static func resume(_ fixture: TrainingFixture, after step: Int) throws -> [Int] {
        let copy = fixture.url("after-\(step)")
        try FileManager.default.copyItem(at: fixture.url("run"), to: copy)
        for later in step + 1...4 {
            try FileManager.default.removeItem(at: copy.appending(path: "checkpoints/step-\(later)"))
        }
        return try counts { parts in
            _ = try TrainingRun.resume(
                directory: copy,
                parts: parts,
                interrupt: InterruptFlag(signals: []),
                output: .nullDevice
            )
        }
    }

    private static let common = ["checkpoint={every: 1 steps, keep: 20}", "ema={decay: 0.9}"]
    private static let second = "model: {imageSize: 32, transfer: {positions: interpolate}}"

    @Test func aStageHoldsWhatItWouldAlone() async {
        await #expect(processExitsWith: .success) {
            let fixture = try TrainingFixture()
            let stages =
                "{name: a, length: 2 steps}, {name: b, length: 2 steps, carry: {ema: reset}, \(Self.second)}"
            let both = try Self.start(fixture.staged(stages, Self.common), fixture.url("run"))
            let weights = "model.initialize='\(fixture.url("run/checkpoints/step-2").path)'"
            let only = "{name: b, length: 2 steps, \(Self.second)}"
            let alone = try Self.start(fixture.staged(only, Self.common + [weights]), fixture.url("alone"))
            // Made, and two losses; in both stages.
            #expect(both.count == 6 && alone.count == 3)
            #expect(Array(both.suffix(3)) == alone)
            // At the boundary the first stage is put together once more, for evaluations that it may lack.
            let atBoundary = try Self.resume(fixture, after: 2)
            #expect(atBoundary.count == 4 && Array(atBoundary.suffix(3)) == alone)
            let inside = try Self.resume(fixture, after: 3)
            #expect(inside.count == 2 && inside[1] == alone[1])
        }
    }

    /// What is carried is copied, and the copies are all that there is.
    @Test func whatIsCarriedIsThereOnce() async {
        await #expect(processExitsWith: .success) {
            let fixture = try TrainingFixture()
            let kept = "carry: {optimizer: keep, ema: keep}"
            let stages = "{name: a, length: 2 steps}, {name: b, length: 2 steps, \(kept), \(Self.second)}"
            let both = try Self.start(fixture.staged(stages, Self.common), fixture.url("run"))
            #expect(both.count == 6 && both[4] == both[1] && both[5] == both[2])
            let atBoundary = try Self.resume(fixture, after: 2)
            #expect(atBoundary.count == 4 && Array(atBoundary.suffix(3)) == Array(both.suffix(3)))
        }
    }
}
