import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

/// `model.transfer.positions` where nothing is transferred.
@Suite struct TransferWarningTests {
    private static let key = "model.transfer.positions"

    private func warnings(_ run: String, _ stages: [String]) throws -> [String] {
        let list = stages.enumerated().map { "  - {name: s\($0), length: 1 epochs, model: {\($1)}}" }
        let yaml = """
            model: {config: ViT-B-32\(run)}
            data: {train: a.tar}
            batch: 64
            stages:
            \(list.joined(separator: "\n"))
            """
        return try Recipe(yaml: yaml).warnings.map(\.path)
    }

    @Test func weightsThatAreDrawnNeedNone() throws {
        let recipe = try Recipe(yaml: RecipeSamples.minimal, overrides: ["\(Self.key)=interpolate"])
        #expect(
            recipe.warnings == [
                RecipeWarning(
                    path: Self.key,
                    reason: "there are no weights to take over (`model.initialize` is `null`)."
                )
            ]
        )
        let started = try Recipe(
            yaml: RecipeSamples.minimal,
            overrides: ["\(Self.key)=interpolate", "model.initialize=weights"]
        )
        // The weights would have to be read.
        #expect(started.warnings.isEmpty)
    }

    private static let takes = "transfer: {positions: interpolate}"
    private static let small = "imageSize: 192"

    @Test func aStageOfTheSameSizeNeedsNone() throws {
        #expect(try warnings("", [Self.small, "imageSize: 224, \(Self.takes)"]) == [])
        #expect(try warnings("", [Self.small, Self.takes]) == ["stages.1.\(Self.key)"])
        #expect(
            try warnings("", [Self.takes, Self.small]) == [],
            "the second stage goes on with the setting"
        )
        #expect(try warnings("", [Self.takes, ""]) == ["stages.0.\(Self.key)"])
        #expect(
            try warnings("", [Self.small, "imageSize: 224, \(Self.takes)", ""]) == [],
            "nor is the setting the third stage's own"
        )
        #expect(
            try warnings("", [Self.takes, "transfer: {positions: recompute}"]) == [
                "stages.0.\(Self.key)", "stages.1.\(Self.key)",
            ]
        )
    }

    @Test func theRunsSettingIsOne() throws {
        let run = ", \(Self.takes)"
        #expect(try warnings(run, [Self.small, "imageSize: 224"]) == [])
        #expect(try warnings(run, ["", ""]) == [Self.key])
        #expect(try warnings(run, [Self.small, "", ""]) == [Self.key])
        #expect(
            try warnings(
                run,
                ["transfer: {positions: refuse}", "transfer: {positions: recompute}, imageSize: 192"]
            )
                == [Self.key],
            "that no stage has it is said once"
        )
    }

    /// What a run and a plan say, once they know the model.
    private func said(_ fixture: TrainingFixture, _ recipe: Recipe) throws -> [String] {
        let log = fixture.url("\(UUID().uuidString).txt")
        try Data().write(to: log)
        _ = try TrainingRun.plan(recipe: recipe, output: FileHandle(forWritingTo: log))
        let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map(String.init)
        let own = lines.filter { $0.contains(Self.key) }
        let planned = (recipe.warnings.map(\.description) + (try CostPlan(recipe)).unknown).filter {
            $0.contains(Self.key)
        }
        #expect(own == planned.map { "warning: \($0)" })
        return planned
    }

    @Test func weightsOfTheSameSizeNeedNone() throws {
        let fixture = try TrainingFixture()
        try fixture.writeWeights("start")
        let start = ["model.initialize=\(fixture.url("start").path)", "\(Self.key)=interpolate"]
        let same = try said(fixture, fixture.recipe(start))
        #expect(
            same == [
                "`\(Self.key)` has no effect: no weights of other sizes or with other positions are taken over."
            ]
        )
        for other in ["model.imageSize=32", "model.contextLength=8"] {
            #expect(try said(fixture, fixture.recipe(start + [other])) == [])
        }
        // The configuration has this size already.
        let stages =
            "{name: a, length: 2 steps}, {name: b, length: 2 steps, model: {imageSize: SIZE, \(Self.takes)}}"
        let staged = try said(fixture, fixture.staged(stages.replacing("SIZE", with: "16")))
        #expect(staged.count == 1 && staged[0].contains("`stages.1.\(Self.key)`"), "\(staged)")
        #expect(try said(fixture, fixture.staged(stages.replacing("SIZE", with: "32"))) == [])
    }

    /// Where the weights were changed when the run began, nothing is said when it goes on.
    @Test func aRunThatGoesOnHasUsedIt() throws {
        let fixture = try TrainingFixture()
        try fixture.writeWeights("start")
        try fixture.train([
            "model.initialize=\(fixture.url("start").path)", "\(Self.key)=interpolate", "model.imageSize=32",
            "length=2 steps",
        ])
        #expect(try !fixture.messages(of: ["length=3 steps"]).contains(Self.key))
    }
}
