import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

/// A run carries its architecture.
@Suite struct ResumedModelTests {
    @Test func theFileOfTheArchitectureMayBeGoneOrChanged() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["schedule.kind=constant"], in: "straight")
        for change in ["gone", "changed"] {
            try fixture.writeModel("model.json", layers: 1)
            try fixture.train(["schedule.kind=constant", "length=5 steps"], in: change)
            if change == "gone" {
                try FileManager.default.removeItem(at: fixture.url("model.json"))
            } else {
                try fixture.writeModel("model.json", layers: 2)
            }
            #expect(try fixture.resume(["length=10 steps"], in: change).steps == 10)
            #expect(try fixture.state(change, step: 10) == fixture.state("straight", step: 10))
            let own = try ModelCatalog.configuration(fixture.url("\(change)/model.json").path)
            #expect(own == (try CheckpointDirectory(fixture.url(change).path)).configuration)
        }
    }

    @Test func eachStagesArchitectureIsKept() throws {
        let fixture = try TrainingFixture()
        try fixture.writeModel("deeper.json", layers: 2)
        let deeper = fixture.url("deeper.json").path
        let stages =
            "{name: a, length: 2 steps}, "
            + "{name: b, length: 2 steps, start: {kind: initialize}, model: {config: '\(deeper)'}}"
        _ = try TrainingRun.start(
            recipe: fixture.staged(stages, ["checkpoint={every: 1 steps, keep: 20}"]),
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        let straight = try fixture.state("run", step: 4)
        for step in 2...4 {
            try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-\(step)"))
        }
        for name in ["model.json", "deeper.json"] {
            try FileManager.default.removeItem(at: fixture.url(name))
        }
        #expect(try fixture.resume().steps == 4)
        #expect(try fixture.state("run", step: 4) == straight)
        #expect(fixture.exists("run/model.json") && fixture.exists("run/model-2.json"))
    }

    @Test(arguments: ["clip", "siglip"])
    func anOlderRunTakesTheArchitectureOfItsCheckpoint(preset: String) throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=3 steps", "objective.preset=\(preset)"])
        try fixture.write("{\"format\":2}", to: "run/run.json")
        try FileManager.default.removeItem(at: fixture.url("run/model.json"))
        try FileManager.default.removeItem(at: fixture.url("model.json"))
        #expect(try fixture.resume(["length=5 steps"]).steps == 5)
        #expect(throws: ModelConfigurationError.self) {
            try fixture.resume(["length=6 steps", "model.config=none.json"])
        }
    }

    @Test func aDryResumeSaysWhereItWouldGoOnAndChangesNothing() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=3 steps"])
        let files = try fixture.files()
        let names = fixture.folder.names("run")
        func plan(_ overrides: [String]) throws -> TrainingPlan {
            try TrainingRun.plan(resuming: fixture.url("run"), overrides: overrides, output: .nullDevice)
        }
        let longer = try plan(["length=5 steps", "batch=4"])
        #expect(
            longer.resumes?.step == 3 && longer.resumes?.samples == 24 && longer.resumes?.isFinished == false
        )
        #expect(try Recipe(yaml: longer.recipe).batch == 4)
        #expect(longer.stages.map(\.batch) == [4])
        #expect(try plan([]).resumes?.isFinished == true)
        #expect(throws: RecipeError.self) { try plan(["lenth=5 steps"]) }
        #expect(try fixture.files() == files && fixture.folder.names("run") == names)
    }
}
