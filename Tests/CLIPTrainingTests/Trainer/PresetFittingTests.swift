import Foundation
import Testing

@testable import CLIPTraining

/// A preset's ρ on data that is too small for it.
@Suite struct PresetFittingTests {
    private func fitted(_ overrides: [String], samples: Int) throws -> (rho: Double, notice: String?) {
        let recipe = try Recipe(yaml: RecipeSamples.minimal, overrides: overrides)
        let result = recipe.fitted(to: try TrainingPace(recipe, samplesPerEpoch: samples))
        return (result.recipe.temperature.rho, result.notice)
    }

    @Test func aPresetsNumberIsAtMostAShareOfWhatCanBeReached() throws {
        let preset = "objective.preset=fastclip-v3"
        // 0.82 ln 999 = 5.664…
        #expect(try fitted([preset], samples: 1000).rho == 5.66)
        #expect(try fitted([preset], samples: 1000).notice?.contains("in place of fastclip-v3's 6.5") == true)
        #expect(try fitted([preset], samples: 3_000_000).rho == 6.5)
        #expect(try fitted([preset], samples: 3_000_000).notice == nil)
        #expect(try fitted(["objective.preset=fastclip-v2"], samples: 1000).rho == 5.66)
        #expect(try fitted(["objective.preset=neuclip"], samples: 1000).rho == 5.66)
        // One's own number is not touched, nor that of a loss that is not robust.
        #expect(try fitted([preset, "temperature.rho=6"], samples: 1000).rho == 6)
        #expect(try fitted([preset, "objective.multiplyByTemperature=false"], samples: 1000).rho == 6.5)
        #expect(try fitted(["objective.preset=clip"], samples: 1000).notice == nil)
    }

    @Test(arguments: ["fastclip-v3", "neuclip", "fastclip-v2", "isogclr"])
    func trainsOnSmallDataAndSaysSo(preset: String) throws {
        let fixture = try TrainingFixture()
        let log = fixture.url("log.txt")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let overrides = ["objective.preset=\(preset)", "objective.network.prototypes=20", "length=2 steps"]
        let report = try TrainingRun.start(
            recipe: fixture.recipe(overrides),
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: FileHandle(forWritingTo: log)
        )
        #expect(report.finalLoss?.isFinite == true)
        let text = try String(contentsOf: log, encoding: .utf8)
        #expect(
            text.components(separatedBy: "temperature.rho is 3.0 in place of \(preset)'s").count == 2,
            "\(text)"
        )
        // 0.82 ln 39 = 3.004…
        #expect(try Recipe(contentsOf: fixture.url("run/recipe.yaml").path).temperature.rho == 3)
        // It stays as it began, whatever the data becomes.
        #expect(try !fixture.messages(of: ["length=3 steps"]).contains("temperature.rho is"))
        #expect(try Recipe(contentsOf: fixture.url("run/recipe.yaml").path).temperature.rho == 3)
    }

    /// The run's own recipe is taken at its word: runs from before presets gave way go on with the published number.
    @Test func aRunGoesOnWithTheNumberInItsRecipe() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["objective.preset=fastclip-v3", "length=2 steps"])
        try fixture.edit("run", "rho: 3.0", "rho: 6.5")
        let error = #expect(throws: RecipeError.self) { try fixture.resume(["length=3 steps"]) }
        #expect(error?.problems.map(\.path) == ["temperature.rho"])
    }

    @Test func eachStageHasItsOwn() throws {
        let fixture = try TrainingFixture()
        let stages =
            "{name: a, length: 2 steps}, {name: b, length: 2 steps, objective: {preset: fastclip-v3}}"
        let plan = try TrainingRun.plan(recipe: fixture.staged(stages), output: .nullDevice)
        let recipe = try Recipe(yaml: plan.recipe)
        #expect(recipe.stages.map(\.recipe.temperature.rho) == [0, 3])
    }
}
