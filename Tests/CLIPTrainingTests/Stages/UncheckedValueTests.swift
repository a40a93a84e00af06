import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

/// Values of the run's section that earlier versions did not look at, as every stage has another.
@Suite struct UncheckedValueTests {
    /// A run that has one goes on with it; one that is given now is refused.
    @Test func aRunGoesOnWithAValueThatItNeverLookedAt() throws {
        let fixture = try TrainingFixture()
        let recipe = try fixture.staged(
            "{name: a, length: 2 steps, optimizer: {learningRate: 1e-3}}, {name: b, length: 2 steps, optimizer: {learningRate: 1e-4}}"
        )
        _ = try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        for file in ["run/recipe.yaml", "run/checkpoints/step-4/recipe.yaml"] {
            let text = try String(contentsOf: fixture.url(file), encoding: .utf8)
            #expect(text.contains("\n  learningRate: 0.003\n"))
            try fixture.write(
                text.replacing("\n  learningRate: 0.003\n", with: "\n  learningRate: -5.0\n"),
                to: file
            )
        }
        try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-4/manifest.json"))
        let manifest = try CheckpointManifest(of: fixture.url("run/checkpoints/step-4"))
        try JSONEncoder().encode(manifest).write(to: fixture.url("run/checkpoints/step-4/manifest.json"))
        try fixture.resume(["stages.1.length=3 steps"])
        let error = #expect(throws: RecipeError.self) {
            try fixture.resume(["stages.1.length=4 steps", "optimizer.learningRate=-5"])
        }
        #expect(error?.problems.map(\.path) == ["optimizer.learningRate"])
        let plan = #expect(throws: RecipeError.self) {
            try TrainingRun.plan(
                resuming: fixture.url("run"),
                overrides: ["optimizer.learningRate=abc"],
                output: .nullDevice
            )
        }
        #expect(plan?.problems.map(\.location) == [.override("optimizer.learningRate=abc")])
    }
}
