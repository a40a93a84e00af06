import CLIPObjectives
import Testing

@testable import CLIPTraining

@Suite struct ObjectivePresetTests {
    private func recipe(_ preset: String, _ overrides: [String] = []) throws -> Recipe {
        try Recipe(
            yaml: RecipeSamples.minimal,
            overrides: ["objective.preset=\(preset)"] + overrides
        )
    }

    @Test func presetsAreThePublishedMethods() throws {
        let clip = try recipe("clip")
        #expect(clip.objective.normalizer == .batch && clip.temperature == Recipe.Temperature())
        let sogclr = try recipe("sogclr")
        #expect(sogclr.objective.normalizer == .movingAverage && !sogclr.objective.multiplyByTemperature)
        #expect(sogclr.objective.innerRate.schedule == .constant && sogclr.temperature.rule == .constant)
        let v1 = try recipe("fastclip-v1")
        #expect(v1.objective.innerRate.schedule == .cosine && v1.objective.innerRate.minimum == 0.2)
        #expect(v1.objective.innerRate.decay == .percent(50) && v1.temperature.rule == .constant)
        let v0 = try recipe("fastclip-v0")
        #expect(v0.temperature.rule == .global && !v0.objective.multiplyByTemperature)
        let v2 = try recipe("fastclip-v2")
        #expect(v2.temperature.rule == .individual && v2.temperature.learningRate == 0.0133)
        #expect(
            v2.temperature.rho == 7 && v2.temperature.initial == 0.03
                && v2.temperature.gradient == .fastclip2024
        )
        let v3 = try recipe("fastclip-v3")
        #expect(v3.objective.multiplyByTemperature && v3.temperature.rho == 6.5)
        #expect(v3.temperature.learningRate == 2e-4 && v3.temperature.schedule == .stepThreshold)
        #expect(v3.temperature.gradient == .fastclip2024 && v3.objective.normalizer == .movingAverage)
        let neuclip = try recipe("neuclip")
        #expect(neuclip.objective.normalizer == .network && neuclip.objective.multiplyByTemperature)
        #expect(
            neuclip.objective.network == Recipe.Objective.Network() && neuclip.temperature.gradient == .exact
        )
        let siglip = try recipe("siglip")
        #expect(siglip.objective.kind == .sigmoid && siglip.temperature.initial == 0.1)
    }

    @Test(arguments: ObjectivePreset.allCases)
    func presetsHaveNoSettingWithoutEffectAndReadBack(preset: ObjectivePreset) throws {
        let recipe = try recipe(preset.rawValue)
        #expect(recipe.warnings.isEmpty, "\(recipe.warnings)")
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    @Test func theRecipesOwnValuesWin() throws {
        let yaml =
            RecipeSamples.minimal + "\nobjective: {preset: fastclip-v3, epsilon: 1e-6}\ntemperature: {rho: 3}"
        let recipe = try Recipe(yaml: yaml)
        #expect(recipe.temperature.rho == 3 && recipe.objective.epsilon == 1e-6)
        #expect(recipe.objective.multiplyByTemperature)
    }

    @Test func problemsOfAPresetsValuesHaveNoPlaceInTheFile() throws {
        let yaml =
            RecipeSamples.minimal + "\nobjective: {preset: fastclip-v3}\ntemperature: {maximumScale: 10}"
        let error = #expect(throws: RecipeError.self) { try Recipe(yaml: yaml, name: "r.yaml") }
        #expect(error?.problems.map(\.path) == ["temperature.initial"])
    }

    @Test(arguments: [
        ("objective: {kind: sigmoid}\ntemperature: {rule: individual, learningRate: 1}", "temperature.rule"),
        ("objective: {kind: sigmoid}\nevaluate: [{kind: normalizer}]", "evaluate.0.kind"),
        ("microBatch: 8\nstorage: {weights: bfloat16}", "microBatch"),
        ("evaluate: [{kind: retrieval}]", "evaluate.0.data"),
        (
            "evaluate: [{kind: zeroshot, data: a, name: x}, {kind: zeroshot, data: b, name: x}]",
            "evaluate.1.name"
        ),
    ])
    func whatDoesNotGoTogetherIsRefused(lines: String, path: String) {
        let error = #expect(throws: RecipeError.self) {
            try Recipe(yaml: RecipeSamples.minimal + "\n" + lines)
        }
        #expect(error?.problems.map(\.path) == [path])
    }

    @Test(arguments: [
        ("temperature: {rho: 3}", "temperature.rho"),
        ("objective: {kind: sigmoid}\ntemperature: {gradient: fastclip2024}", "temperature.gradient"),
        ("objective: {network: {steps: 3}}", "objective.network"),
        ("objective: {innerRate: {minimum: 0.3}}", "objective.innerRate"),
        ("objective: {initialBias: -5}", "objective.initialBias"),
        ("objective: {epsilon: 1e-6}", "objective.epsilon"),
        ("evaluate: [{kind: normalizer, data: a}]", "evaluate.0.data"),
    ])
    func settingsWithoutEffectAreWarnedOf(lines: String, path: String) throws {
        let recipe = try Recipe(yaml: RecipeSamples.minimal + "\n" + lines)
        #expect(recipe.warnings.map(\.path) == [path])
    }
}
