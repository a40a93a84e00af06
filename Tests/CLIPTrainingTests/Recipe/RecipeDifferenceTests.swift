import Testing

@testable import CLIPTraining

@Suite struct RecipeDifferenceTests {
    private func differences(_ overrides: [String]) throws -> [String] {
        try Recipe(yaml: RecipeSamples.minimal, overrides: overrides).differences.map {
            "\($0.key) \($0.value) \($0.preset ?? "default") \($0.standard)"
        }
    }

    @Test func whatIsNotUsualIsNamed() throws {
        #expect(try differences([]) == [])
        for preset in ObjectivePreset.allCases {
            #expect(try differences(["objective.preset=\(preset.rawValue)"]) == [])
        }
        let found = try differences([
            "objective.preset=fastclip-v3", "temperature.rho=3", "objective.epsilon=1e-6", "ema.decay=0.9",
            "seed=4",
            "objective.multiplyByTemperature=false", "optimizer.rates={a.b: 2}",
        ])
        #expect(
            found == [
                "seed 4 default 0", "objective.epsilon 1e-06 default 1e-14",
                "objective.multiplyByTemperature false fastclip-v3 true",
                "temperature.rho 3.0 fastclip-v3 6.5",
                "optimizer.rates {a.b: 2.0} default {}", "ema {decay: 0.9} default null",
            ]
        )
    }

    @Test func theAnnotatedRecipeReadsBack() throws {
        let overrides = [
            "objective.preset=siglip", "temperature.initial=0.2", "ema.decay=0.9",
            "evaluate=[{kind: zeroshot, data: a}]",
        ]
        let recipe = try Recipe(yaml: RecipeSamples.minimal, overrides: overrides)
        let text = try recipe.annotated
        let lines = text.split(separator: "\n")
        #expect(lines.contains("  initial: 0.2  # siglip: 0.1"))
        #expect(lines.contains("ema:  # default: null"))
        #expect(lines.contains("evaluate:  # default: []"))
        #expect(try Recipe(yaml: text) == recipe)
    }

    @Test func stagesAreComparedWithTheirPresets() throws {
        let yaml =
            RecipeSamples.minimal.replacing("length: 3 epochs", with: "") + """

                stages:
                  - {name: a, length: 1 epochs, objective: {preset: fastclip-v1}}
                  - {name: b, length: 1 epochs, objective: {preset: siglip}, temperature: {maximumScale: 50}, carry: {normalizer: reset}}
                """
        let recipe = try Recipe(yaml: yaml)
        #expect(recipe.differences.map(\.key) == ["stages.1.temperature.maximumScale"])
        let text = try recipe.annotated
        #expect(text.contains("maximumScale: 50.0  # siglip: 1000.0"))
        #expect(try Recipe(yaml: text) == recipe)
    }

    @Test(arguments: ObjectivePreset.allCases)
    func settingsAreWhatThePresetSettles(preset: ObjectivePreset) throws {
        let settings = try preset.settings
        #expect(settings.contains { $0.key == "objective.kind" })
        let overrides = settings.map { "\($0.key)=\($0.value)" }
        var recipe = try Recipe(yaml: RecipeSamples.minimal, overrides: overrides)
        recipe.objective.preset = preset
        var usual = try Recipe(
            yaml: RecipeSamples.minimal,
            overrides: ["objective.preset=\(preset.rawValue)"]
        )
        // What is given is no preset's, though it is the same.
        #expect(recipe.temperature.fromPreset == nil)
        usual.temperature.fromPreset = nil
        #expect(recipe == usual)
        #expect(!preset.meaning.isEmpty && !preset.source.isEmpty)
    }

    @Test func bf16IsBfloat16() throws {
        let recipe = try Recipe(yaml: RecipeSamples.minimal, overrides: ["precision=bf16"])
        #expect(recipe.precision == .bfloat16)
        #expect(try recipe.resolved.contains("precision: bfloat16"))
    }
}
