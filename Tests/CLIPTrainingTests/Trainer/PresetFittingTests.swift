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

    private static let v3 = RecipeSamples.minimal + "\nobjective: {preset: fastclip-v3}"

    private func fitted(_ recipe: Recipe, samples: Int) throws -> (recipe: Recipe, notice: String?) {
        recipe.fitted(to: try TrainingPace(recipe, samplesPerEpoch: samples))
    }

    /// A number that somebody wrote or gave is meant, though it is the preset's.
    @Test(arguments: [
        (v3 + "\ntemperature: {rho: 6.5}", []), (v3, ["temperature.rho=6.5"]),
        (v3, ["temperature={rho: 6.5}"]),
    ])
    func aNumberOfOnesOwnIsNotFittedThoughItIsThePresets(yaml: String, overrides: [String]) throws {
        let recipe = try Recipe(yaml: yaml, overrides: overrides)
        #expect(recipe.temperature.fromPreset == nil)
        #expect(try fitted(recipe, samples: 1000).recipe == recipe)
        // Also where it goes through the recipe of a run, or is given over that.
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
        let settled = try Recipe(yaml: Self.v3).resolved
        #expect(try Recipe(yaml: settled, overrides: ["temperature.rho=6.5"]) == recipe)
        #expect(try fitted(Recipe(yaml: settled), samples: 1000).recipe.temperature.rho == 5.66)
    }

    @Test func whatWasFittedFollowsAnotherPresetAndOtherData() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["objective.preset=fastclip-v3", "length=2 steps"])
        let file = fixture.url("run/recipe.yaml").path
        for (preset, rho) in [("fastclip-v2", 7.0), ("neuclip", 6.5), ("clip", 0.0), ("null", 0.0)] {
            var notices: [String] = []
            let changed = try Recipe(contentsOf: file, overrides: ["objective.preset=\(preset)"]) {
                notices.append($0)
            }
            #expect(changed.temperature.rho == rho && notices.isEmpty, "\(preset): \(notices)")
        }
        let recipe = try Recipe(contentsOf: file)
        #expect(recipe.temperature.rho == 3 && recipe.temperature.fromPreset?.rho == 3)
        let large = try fitted(recipe, samples: 3_000_000)
        #expect(large.recipe.temperature.rho == 6.5)
        #expect(large.notice?.contains("is fastclip-v3's 6.5 in place of 3.0") == true)
        #expect(try fitted(recipe, samples: 40).notice == nil)
        // At a resume with another preset, its number is fitted in turn.
        let text = try fixture.messages(of: ["objective.preset=fastclip-v1", "length=3 steps"])
        #expect(!text.contains("stays"), "\(text)")
    }

    @Test func whatSomebodyPutInPlaceOfAFittedNumberIsTheRecipesOwn() throws {
        let settled = try fitted(Recipe(yaml: Self.v3), samples: 1000).recipe.resolved
        for (yaml, overrides) in [
            (settled.replacing("\n  rho: 5.66", with: "\n  rho: 4"), []), (settled, ["temperature.rho=4"]),
        ] {
            let recipe = try Recipe(yaml: yaml, overrides: overrides)
            #expect(recipe.temperature.rho == 4)
            #expect(try fitted(recipe, samples: 3_000_000).notice == nil)
            var notices: [String] = []
            let changed = try Recipe(
                yaml: recipe.resolved,
                overrides: ["objective.preset=fastclip-v2"]
            ) { notices.append($0) }
            #expect(changed.temperature.rho == 4)
            #expect(notices.count == 1 && notices[0].contains("`temperature.rho` stays 4.0"), "\(notices)")
        }
    }

    /// Before there was a note, a value that was the preset's number was the preset's.
    @Test func recipesOfOlderRunsAreReadByTheirValues() throws {
        func without(_ recipe: Recipe) throws -> String {
            try recipe.resolved.replacing(/\n  fromPreset:.*\n    initial:.*\n    rho:.*/, with: "")
        }
        let yaml = try without(Recipe(yaml: Self.v3))
        #expect(!yaml.contains("fromPreset"))
        #expect(try Recipe(yaml: yaml) == Recipe(yaml: Self.v3))
        let small = try Recipe(yaml: without(fitted(Recipe(yaml: Self.v3), samples: 1000).recipe))
        #expect(small.temperature.rho == 5.66 && small.temperature.fromPreset == nil)
        #expect(try fitted(small, samples: 3_000_000).notice == nil)
    }

    @Test func stagesRememberWhatWasFitted() throws {
        let fixture = try TrainingFixture()
        let stages =
            "{name: a, length: 2 steps}, {name: b, length: 2 steps, objective: {preset: fastclip-v3}}"
        let plan = try TrainingRun.plan(recipe: fixture.staged(stages), output: .nullDevice)
        let recipe = try Recipe(yaml: plan.recipe)
        #expect(recipe.stages.map(\.recipe.temperature.fromPreset?.rho) == [nil, 3])
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
        let changed = try Recipe(
            yaml: plan.recipe,
            overrides: ["stages.1.objective.preset=fastclip-v2"]
        ) { Issue.record("\($0)") }
        #expect(changed.stages[1].recipe.temperature.rho == 7)
    }
}
