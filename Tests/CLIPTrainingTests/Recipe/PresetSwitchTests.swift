import CLIPObjectives
import Testing

@testable import CLIPTraining

/// Another preset over a recipe that says its values already.
@Suite struct PresetSwitchTests {
    private func recipe(_ preset: ObjectivePreset, _ overrides: [String] = []) throws -> Recipe {
        try Recipe(
            yaml: RecipeSamples.minimal,
            overrides: ["objective.preset=\(preset.rawValue)"] + overrides
        )
    }

    @Test(arguments: ObjectivePreset.allCases)
    func everyPresetTakesThePlaceOfEveryOther(old: ObjectivePreset) throws {
        let settled = try recipe(old).resolved
        for new in ObjectivePreset.allCases {
            var notices: [String] = []
            let changed = try Recipe(yaml: settled, overrides: ["objective.preset=\(new.rawValue)"]) {
                notices.append($0)
            }
            #expect(try changed == recipe(new), "\(old.rawValue) to \(new.rawValue)")
            #expect(notices.isEmpty, "\(notices)")
        }
    }

    @Test func aPresetTakesThePlaceOfNone() throws {
        let settled = try RecipeSamples.minimalRecipe().resolved
        let changed = try Recipe(yaml: settled, overrides: ["objective={preset: fastclip-v3}"])
        #expect(try changed == recipe(.fastclipV3))
        #expect(try Recipe(yaml: changed.resolved, overrides: ["objective.preset=null"]).resolved == settled)
    }

    /// Recipes of runs from before the first temperature could be left open.
    @Test func theTemperatureOfAnOlderRunFollows() throws {
        let settled = try recipe(.fastclipV3).resolved.replacing("initial: null", with: "initial: 0.07")
        let changed = try Recipe(yaml: settled, overrides: ["objective.preset=fastclip-v2"])
        #expect(changed.temperature.initial == 0.03)
    }

    @Test func ownValuesStayAndAreNamed() throws {
        let own = ["temperature.rho=3", "objective.epsilon=1e-6", "objective.innerRate.minimum=0.4"]
        let settled = try recipe(.fastclipV3, own).resolved
        var notices: [String] = []
        let changed = try Recipe(yaml: settled, overrides: ["objective.preset=fastclip-v2"]) {
            notices.append($0)
        }
        #expect(changed.temperature.rho == 3 && changed.temperature.rule == .individual)
        #expect(changed.objective.epsilon == 1e-6 && changed.objective.innerRate.minimum == 0.4)
        #expect(changed.temperature.learningRate == 0.0133)
        // What the preset says nothing of is no contradiction.
        #expect(notices.count == 2, "\(notices)")
        #expect(
            notices.contains {
                $0.contains("`temperature.rho` stays 3.0") && $0.contains("--set temperature.rho=7.0")
            }
        )
        #expect(notices.contains { $0.contains("--set objective.innerRate.minimum=0.2") })
    }

    @Test func givenValuesWin() throws {
        let settled = try recipe(.fastclipV3).resolved
        var notices: [String] = []
        // The one that is given is the old preset's by chance.
        let overrides = ["objective.preset=fastclip-v2", "temperature.rho=6.5"]
        let changed = try Recipe(yaml: settled, overrides: overrides) { notices.append($0) }
        #expect(changed.temperature.rho == 6.5 && notices.isEmpty)
    }

    @Test(arguments: [
        ("objective.normalizer=movingAverage", "objective.normalizer", "network"),
        ("temperature.rule=constant", "temperature.rule", "global"),
        ("objective.multiplyByTemperature=true", nil, ""),
    ])
    func whatWouldMakeAnotherMethodIsRefused(own: String, key: String?, value: String) throws {
        let settled = try Recipe(yaml: RecipeSamples.minimal, overrides: [own]).resolved
        let switched = ["objective.preset=neuclip"]
        guard let key else {
            // The same in both.
            #expect(try Recipe(yaml: settled, overrides: switched) == recipe(.neuclip))
            return
        }
        let error = #expect(throws: RecipeError.self) { try Recipe(yaml: settled, overrides: switched) }
        #expect(error?.problems.map(\.path) == [key])
        #expect(error?.problems.first?.location == .override(switched[0]))
        #expect(error?.description.contains("--set \(key)=\(value)") == true)
        #expect(try Recipe(yaml: settled, overrides: switched + ["\(key)=\(value)"]) == recipe(.neuclip))
    }

    @Test func valuesThatCannotBeReadAreStillReported() {
        let yaml = RecipeSamples.minimal + "\nobjective: {normalizer: net}"
        let problems = RecipeSamples.problems(yaml, overrides: ["objective.preset=neuclip"])
        #expect(problems.count == 1 && problems[0].contains("objective.normalizer"), "\(problems)")
    }

    /// What the new preset leaves to its default is named too, where the old one settles it: it may have come from that
    /// preset as it once was.
    @Test func theGradientOfAnOlderRunStaysWithAWord() throws {
        let settled = try recipe(.fastclipV3).resolved.replacing("fastclip2024", with: "compat")
        for (preset, value) in [("neuclip", "exact"), ("fastclip-v2", "fastclip2024"), ("null", "exact")] {
            var notices: [String] = []
            let overrides = ["objective.preset=\(preset)"]
            let changed = try Recipe(yaml: settled, overrides: overrides) { notices.append($0) }
            #expect(changed.temperature.gradient == .fastclip2025)
            let set = "--set temperature.gradient=\(value)"
            #expect(
                notices.count == 1 && notices[0].contains("`temperature.gradient` stays fastclip2025")
                    && notices[0].contains(set),
                "\(notices)"
            )
            let given = overrides + ["temperature.gradient=\(value)"]
            let taken = try Recipe(yaml: settled, overrides: given) { Issue.record("\($0)") }
            #expect(taken.temperature.gradient.rawValue == value)
        }
    }

    /// What only the old preset settles never makes another method of the new one.
    @Test func anOwnValueThatOnlyTheOldPresetSettlesIsNotRefused() throws {
        let settled = try recipe(.fastclipV3, ["objective.normalizer=network"]).resolved
        var notices: [String] = []
        let changed = try Recipe(yaml: settled, overrides: ["objective.preset=siglip"]) {
            notices.append($0)
        }
        #expect(changed.objective.normalizer == .network)
        #expect(
            notices.map { $0.contains("the preset `siglip` has the default, batch") } == [true],
            "\(notices)"
        )
    }

    /// With weights, a temperature that somebody wrote or gave wins over theirs, and a preset's does not.
    @Test func aTemperatureIsOnesOwnThoughItIsThePresets() throws {
        let siglip = RecipeSamples.minimal + "\nobjective: {preset: siglip}"
        let settled = try Recipe(yaml: siglip).resolved
        let written = try Recipe(yaml: siglip + "\ntemperature: {initial: 0.1}")
        #expect(try Recipe(yaml: siglip).ownTemperature == nil && written.temperature.first == 0.1)
        #expect(try Recipe(yaml: settled).ownTemperature == nil)
        #expect(written.ownTemperature == 0.1)
        #expect(try Recipe(yaml: written.resolved).ownTemperature == 0.1)
        #expect(try Recipe(yaml: settled, overrides: ["temperature.initial=0.1"]).ownTemperature == 0.1)
        #expect(try Recipe(yaml: settled, overrides: ["temperature.initial=0.2"]).ownTemperature == 0.2)
        let fresh = try Recipe(yaml: RecipeSamples.minimal, overrides: ["temperature.initial=0.07"])
        #expect(fresh.ownTemperature == 0.07)
        // Runs from before there was a note.
        let old = settled.replacing(/\n  fromPreset:.*\n    initial:.*\n    rho:.*/, with: "")
        #expect(!old.contains("fromPreset"))
        #expect(try Recipe(yaml: old).ownTemperature == nil)
    }

    @Test func theNoteIsReadLikeAnyKey() {
        let yaml = RecipeSamples.minimal + "\nobjective: {preset: siglip}\ntemperature: {fromPreset: "
        #expect(RecipeSamples.problems(yaml + "{roh: 3}}").first?.contains("did you mean") == true)
        #expect(RecipeSamples.problems(yaml + "3}").count == 1)
    }
}
