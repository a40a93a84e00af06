import CLIPData
import CLIPObjectives
import Foundation
import RemoteFiles
import Testing
import Torch

@testable import CLIPTraining

/// Runs that are asked to stop at a chosen moment: nothing that was done is lost, and nothing is half done.
@Suite struct StoppingTests {
    static let recipes = [
        ["ema={decay: 0.9}"], ["objective.preset=sogclr"],
        ["objective={preset: isogclr}", "temperature={rho: 2}"],
        ["objective={preset: neuclip, network: {prototypes: 20, restart: 3}}", "temperature={rho: 2}"],
    ]

    private func start(
        _ fixture: TrainingFixture,
        _ overrides: [String],
        _ interrupt: InterruptFlag,
        at moment: HookedFamily.Moment
    ) throws -> TrainingReport {
        var recipe = try fixture.recipe(overrides)
        recipe.objective.kind = ObjectiveKind(HookedFamily { if $0 == moment { interrupt.raise() } })
        return try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url("run"),
            interrupt: interrupt,
            output: .nullDevice
        )
    }

    /// Stops a run, and compares what it resumes to with a run that was left alone.
    private func expectSame(
        _ overrides: [String],
        stoppedAt moment: HookedFamily.Moment,
        steps: Int
    ) throws {
        let fixture = try TrainingFixture()
        let report = try start(fixture, overrides, InterruptFlag(signals: []), at: moment)
        #expect(report.isInterrupted && report.steps == steps && report.samples == 8 * steps)
        #expect(report.checkpoint?.hasSuffix("/step-\(steps)") == true)
        #expect(try fixture.resume().steps == 10)
        try fixture.train(overrides, in: "straight")
        #expect(try fixture.state("run", step: 10) == fixture.state("straight", step: 10))
        // Where the session ended, its last line was written.
        #expect(try fixture.metrics().map { $0["step"] } == (1...10).map(Double.init))
        let losses = try fixture.metrics().map { $0["train/loss"] }
        #expect(try losses == fixture.metrics("straight").map { $0["train/loss"] })
    }

    @Test(arguments: recipes)
    func aStepInOnePassIsFinished(overrides: [String]) throws {
        try expectSame(overrides, stoppedAt: .evaluated(3), steps: 3)
    }

    @Test(arguments: recipes, [1, 4])
    func aStepInPartsIsGivenUp(overrides: [String], step: Int) throws {
        try expectSame(overrides + ["microBatch=4"], stoppedAt: .evaluated(step), steps: step - 1)
    }

    @Test func aRunThatHasItsDirectoryCanBeResumed() throws {
        try expectSame(["objective.preset=sogclr"], stoppedAt: .making, steps: 0)
    }

    @Test func theFirstPassOfAStepInPartsIsGivenUpToo() throws {
        let fixture = try TrainingFixture()
        let interrupt = InterruptFlag(signals: [])
        let trainer = try fixture.trainer(["microBatch=4"])
        defer { trainer.loader.shutdown() }
        let rows = try #require(try trainer.loader.next())
        let batch = try DeviceBatch(rows, on: .cpu, epochLength: 40)
        let memory = ActivationMemory(microBatch: 4)
        _ = try FeaturePass(batch.input, through: trainer.model, keeping: memory, stop: interrupt.stop)
        interrupt.raise()
        #expect(throws: Interruption.self) {
            try FeaturePass(batch.input, through: trainer.model, keeping: memory, stop: interrupt.stop)
        }
        // One pass has no place to stop at.
        _ = try FeaturePass(batch.input, through: trainer.model, stop: interrupt.stop)
    }

    @Test func aFailedStepIsNotSaved() throws {
        struct Failure: Error {}
        let fixture = try TrainingFixture()
        var recipe = try fixture.recipe()
        recipe.objective.kind = ObjectiveKind(HookedFamily { if $0 == .evaluated(7) { throw Failure() } })
        #expect(throws: Failure.self) {
            try TrainingRun.start(
                recipe: recipe,
                directory: fixture.url("run"),
                interrupt: InterruptFlag(signals: []),
                output: .nullDevice
            )
        }
        #expect(fixture.folder.names("run/checkpoints") == ["step-5"])
    }

    @Test func beforeThereIsADirectoryNothingIsLeft() throws {
        let fixture = try TrainingFixture()
        let interrupt = InterruptFlag(signals: [])
        interrupt.raise()
        #expect(throws: Interruption()) { try fixture.train(interrupt: interrupt) }
        #expect(!fixture.exists("run") && !fixture.exists("index.clipidx"))
    }

    @Test func indexingIsGivenUp() throws {
        let fixture = try TrainingFixture()
        let interrupt = InterruptFlag(signals: [])
        let mark = fixture.url("mark").path
        Thread.detachNewThread {
            while !FileManager.default.fileExists(atPath: mark) { usleep(1000) }
            interrupt.raise()
        }
        let shard = fixture.url("train-0.tar").path
        #expect(throws: Interruption()) {
            try fixture.train(
                [
                    "data.train=['\(shard)', 'pipe:touch \(mark); sleep 600']",
                    "data.cache.directory=\(fixture.url("cache").path)",
                ],
                interrupt: interrupt
            )
        }
        #expect(!fixture.exists("run") && !fixture.exists("index.clipidx"))
    }

    @Test func aResumeThatIsStoppedBeforeItTrainsLeavesTheRun() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=4 steps", "objective.preset=sogclr"])
        let before = try fixture.files()
        let interrupt = InterruptFlag(signals: [])
        interrupt.raise()
        #expect(throws: Interruption()) { try fixture.resume(["length=9 steps"], interrupt: interrupt) }
        #expect(try fixture.files() == before)
    }
}
