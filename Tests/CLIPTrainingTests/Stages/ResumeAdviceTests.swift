import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

/// Mistakes at a resume: the message says what leads on, and that does.
@Suite struct ResumeAdviceTests {
    private func run(_ overrides: [String] = []) throws -> TrainingFixture {
        let fixture = try TrainingFixture()
        try fixture.train(["length=4 steps", "checkpoint={every: 2 steps}"] + overrides)
        return fixture
    }

    @Test(arguments: [
        "run/checkpoints/step-2", "run/checkpoints/step-2/model", "run/checkpoints", "run/checkpoints/step-9",
    ])
    func aCheckpointIsNoRun(place: String) throws {
        let fixture = try run()
        let files = try fixture.files()
        for resume in [
            { try fixture.resume(in: place).steps },
            { try TrainingRun.plan(resuming: fixture.url(place), output: .nullDevice).parameters },
        ] {
            let error = #expect(throws: RunDirectoryError.self) { _ = try resume() }
            let text = "\(try #require(error))"
            #expect(
                text.contains(
                    "--resume \(fixture.url("run").path) does, from its newest checkpoint, of step 4"
                )
            )
            #expect(text.contains("move step-4 out of") == place.contains("step-2"), "\(text)")
        }
        #expect(try fixture.files() == files && !fixture.exists("\(place)/.lock"))
    }

    @Test func aRunMayLieInAFolderOfThatName() throws {
        let fixture = try TrainingFixture()
        try fixture.write("batch: 8", to: "recipe.yaml")
        try fixture.train(["length=4 steps", "checkpoint={every: 2 steps}"], in: "checkpoints/a")
        #expect(try fixture.resume(["length=5 steps"], in: "checkpoints/a").steps == 5)
        let error = #expect(throws: RunDirectoryError.self) {
            try fixture.resume(in: "checkpoints/a/checkpoints/step-4")
        }
        let run = fixture.url("checkpoints/a").path
        #expect(error?.description.contains("--resume \(run) does") == true, "\(String(describing: error))")
    }

    /// The way back that the message names.
    @Test(arguments: ["clip", "sogclr", "neuclip"])
    func aRunGoesBackToAnOlderCheckpoint(preset: String) throws {
        let fixture = try run(["objective.preset=\(preset)", "objective.network.prototypes=20"])
        let straight = try fixture.state("run", step: 4), lines = try fixture.metrics()
        try FileManager.default.moveItem(at: fixture.url("run/checkpoints/step-4"), to: fixture.url("step-4"))
        #expect(try fixture.resume().steps == 4)
        #expect(try fixture.state("run", step: 4) == straight)
        #expect(try fixture.metrics() == lines)
    }

    @Test(arguments: [
        ("model.initialize=other", "model.initialize"), ("temperature.initial=0.02", "temperature.initial"),
        ("model.transfer.positions=interpolate", "model.transfer.positions"),
    ])
    func whatSaysHowARunStartsIsRefused(set: String, key: String) throws {
        let fixture = try run()
        let files = try fixture.files()
        let error = #expect(throws: ResumeError.self) { try fixture.resume(["length=6 steps", set]) }
        guard case .settledAtStart(_, 4, let changes, nil)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(changes.map(\.key) == [key])
        #expect(
            "\(try #require(error))".contains(
                "clip train \(fixture.url("run").path)/recipe.yaml --set '\(key)="
            )
        )
        #expect(try fixture.files() == files)
    }

    /// A command that is given again as it was is no mistake.
    @Test func theSameValueMayBeGivenAgain() throws {
        let fixture = try run(["temperature.initial=0.02"])
        #expect(try fixture.resume(["length=5 steps", "temperature.initial=0.02"]).steps == 5)
        // Samples that are met for the first time have it; the averages of all of them are new.
        let overrides = ["objective.preset=isogclr", "temperature.initial=0.05", "length=6 steps"]
        #expect(try fixture.resume(overrides).steps == 6)
    }

    @Test func theBiasOfALossIsSettledOnceItIsThere() throws {
        let fixture = try run()
        let bias = "objective.initialBias=-5"
        let sigmoid = ["objective.preset=siglip", "length=5 steps", bias]
        #expect(try fixture.messages(of: sigmoid).contains("starts from -5.0"))
        let error = #expect(throws: ResumeError.self) {
            try fixture.resume(["length=6 steps", "objective.initialBias=-6"])
        }
        #expect(error?.description.contains("objective.initialBias says how a run starts") == true)
        #expect(try fixture.resume(["length=6 steps", bias]).steps == 6)
    }

    @Test func anotherArchitectureIsRefusedWithTheRunsOwn() throws {
        let fixture = try run()
        try fixture.writeModel("deeper.json", layers: 2)
        let error = #expect(throws: ResumeError.self) {
            try fixture.resume(["length=6 steps", "model.config='\(fixture.url("deeper.json").path)'"])
        }
        let text = "\(try #require(error))"
        #expect(text.contains("leave model as it was (\(fixture.url("model.json").path))"), "\(text)")
        #expect(text.contains("model.initialize=\(fixture.url("run").path)"), "\(text)")
        #expect(!text.contains("step-"), "\(text)")
        #expect(try fixture.resume(["length=6 steps"]).steps == 6)
    }

    @Test func aWarmUpInStepsIsGivenInPairsForALargerBatch() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=1 epochs", "schedule.warmup=4 steps"])
        let larger = ["length=2 epochs", "batch=20"]
        let error = #expect(throws: RecipeError.self) { try fixture.resume(larger) }
        #expect(error?.problems.map(\.path) == ["schedule.warmup"])
        let text = "\(try #require(error))"
        #expect(
            text.contains("the warm-up (4 steps of 20 pairs) lasts as long as the run (2 epochs)"),
            "\(text)"
        )
        #expect(text.contains("--set 'schedule.warmup=32 samples'"), "\(text)")
        // Neither is to be had by another unit.
        for other in [["length=3 steps"], larger + ["schedule.warmup=5 steps"]] {
            let error = #expect(throws: RecipeError.self) { try fixture.resume(other) }
            #expect(error?.problems.map(\.path) == ["schedule.warmup"])
            #expect(error?.description.contains("whatever the batch is now") == false, "\(error!)")
        }
        let report = try fixture.resume(larger + ["schedule.warmup=32 samples"])
        #expect(report.steps == 7 && report.samples == 80)
    }

    /// Found without the data, where the recipe is read.
    @Test func theSameOfAStageWhoseLengthIsInPairs() throws {
        let fixture = try TrainingFixture()
        let recipe = try fixture.staged(
            "{name: a, length: 40 samples, schedule: {warmup: 4 steps}}, {name: b, length: 2 steps}"
        )
        _ = try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        for step in [7] {
            try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-\(step)"))
        }
        let file = fixture.url("run/checkpoints/step-5/state.json")
        let state = try String(contentsOf: file, encoding: .utf8)
        #expect(state.contains("\"endsStage\" : true"))
        let error = #expect(throws: RecipeError.self) { try fixture.resume(["stages.0.batch=20"]) }
        #expect(
            error?.description.contains("--set 'stages.0.schedule.warmup=32 samples'") == true,
            "\(error!)"
        )
    }
}
