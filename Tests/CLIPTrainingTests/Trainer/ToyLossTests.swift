import CLIPModels
import Foundation
import Testing
import Torch

@testable import CLIPTraining

/// A third loss takes a family and its name in a list, and nothing else anywhere.
@Suite struct ToyLossTests {
    private let parts = RunParts(objectives: .standard.adding(ToyFamily()))

    private func recipe(_ fixture: TrainingFixture, _ overrides: [String] = []) throws -> Recipe {
        try Recipe(
            yaml: fixture.recipe().resolved,
            overrides: ["objective.kind=toy", "objective.toy={target: 0.5}"] + overrides,
            objectives: parts.objectives
        )
    }

    @Test func aThirdLossTrainsFromARecipe() throws {
        let fixture = try TrainingFixture()
        let recipe = try recipe(fixture)
        let again = try Recipe(yaml: recipe.resolved, objectives: parts.objectives)
        #expect(again == recipe && again.objective.kind == ObjectiveKind(ToyFamily(target: 0.5)))
        let report = try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url("run"),
            parts: parts,
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        #expect(report.steps == 10)
        let losses = try fixture.metrics().compactMap { $0["train/loss"] }
        #expect(losses.count == 10 && losses[9] < losses[0])
    }

    @Test func itsParameterIsTrainedSavedAndLoaded() throws {
        let fixture = try TrainingFixture()
        try train(fixture, "run", [])
        let model = try CLIPModel.load(from: fixture.url("run").path)
        let offset = try #require(model.objectiveParameters["toy_offset"])
        #expect(try offset.item() != 0.25)
    }

    @Test func itResumesToTheBit() throws {
        let fixture = try TrainingFixture()
        try train(fixture, "straight", [])
        try FileManager.default.copyItem(at: fixture.url("straight"), to: fixture.url("resumed"))
        try FileManager.default.removeItem(at: fixture.url("resumed/checkpoints/step-10"))
        _ = try TrainingRun.resume(
            directory: fixture.url("resumed"),
            parts: parts,
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        #expect(try fixture.state("resumed", step: 10) == fixture.state("straight", step: 10))
        #expect(try fixture.state("straight", step: 10).keys.contains("objective.safetensors"))
    }

    @Test func aKindThatNobodyRegisteredIsRefused() throws {
        let fixture = try TrainingFixture()
        let error = #expect(throws: RecipeError.self) { try fixture.recipe(["objective.kind=toy"]) }
        #expect(error?.description.contains("`contrastive` or `sigmoid`") == true)
    }

    @Test(arguments: [
        ("objective.toy.target=2", "objective.toy.target"),
        ("objective.toy.taget=0.1", "objective.toy.taget"),
        ("objective.kind=contrastive", "objective.toy"),
        ("evaluate=[{kind: normalizer}]", "evaluate.0.kind"),
    ])
    func itsSettingsAreChecked(override: String, path: String) throws {
        let fixture = try TrainingFixture()
        let error = #expect(throws: RecipeError.self) { try recipe(fixture, [override]) }
        #expect(error?.problems.map(\.path) == [path])
    }

    private func train(_ fixture: TrainingFixture, _ run: String, _ overrides: [String]) throws {
        _ = try TrainingRun.start(
            recipe: recipe(fixture, overrides),
            directory: fixture.url(run),
            parts: parts,
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
    }
}
