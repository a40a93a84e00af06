import CLIPData
import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

/// Plans of recipes, with and without their data.
@Suite struct CostPlanTests {
    private static func recipe(_ lines: String...) throws -> Recipe {
        let text =
            ["model: {config: ViT-B-16}", "data: {train: no-such-data}", "batch: 64", "device: cpu"] + lines
        return try Recipe(yaml: text.joined(separator: "\n"), name: "recipe")
    }

    @Test func stagesAddUp() throws {
        var settings = CostPlan.Settings()
        (settings.flops, settings.ranks) = (1e12, 2)
        let plan = try CostPlan(
            Self.recipe(
                "stages:",
                "  - {name: short, length: 6_400 samples, model: {imageSize: 112}, tokens: {text: {budget: 16}}}",
                "  - {name: long, length: 50 steps, start: {kind: initialize}}"
            ),
            settings
        )
        let (short, long) = (plan.stages[0], plan.stages[1])
        #expect(short.steps == 100 && short.samples == 6400 && long.samples == 3200)
        #expect(short.imageTokens == 50 && short.textTokens == 16 && short.textLengthsFrom == .limit)
        #expect(abs(short.imageGigamacs - 4.322) < 0.0005 && abs(short.textGigamacs - 0.607) < 0.0005)
        #expect(long.relativeCompute == 1)
        let flops = (short.stepGigaflops * 6400 + long.stepGigaflops * 3200) * 1e9
        #expect(abs(try #require(plan.total.flops) / flops - 1) < 1e-9)
        #expect(abs(try #require(plan.total.seconds) / (flops / 2e12) - 1) < 1e-9)
        let full = long.stepGigaflops * 9600 * 1e9
        #expect(abs(try #require(plan.total.relativeCompute) / (flops / full) - 1) < 1e-9)
        #expect(short.network?.ranks == 2 && short.memory?.microBatch == 32)
        #expect(plan.unknown.contains { $0.contains("no-such-data") })
    }

    @Test func whatDataWouldTellIsNotGuessed() throws {
        let epochs = try CostPlan(Self.recipe("length: 2 epochs"))
        #expect(epochs.stages[0].samples == nil && epochs.total.flops == nil && epochs.total.dataBytes == nil)
        #expect(epochs.unknown.contains { $0.contains("`length` in samples or steps") })
        let time = try CostPlan(Self.recipe("length: 1 hours"))
        #expect(time.stages[0].steps == nil)
        #expect(time.unknown.contains { $0.contains("--flops or --measure") })
        var settings = CostPlan.Settings()
        settings.flops = 1e12
        let known = try CostPlan(Self.recipe("length: 1 hours"), settings)
        let seconds = try #require(known.stages[0].seconds)
        // Whole steps.
        #expect(seconds >= 3600 && seconds < 3610)
    }

    @Test func anUnevenShareIsRefused() throws {
        var settings = CostPlan.Settings()
        settings.ranks = 7
        let error = try #require(throws: RecipeError.self) {
            try CostPlan(Self.recipe("length: 2 steps"), settings)
        }
        #expect("\(error)".contains("cannot be divided evenly among 7 processes; choose a multiple of 7"))
    }

    /// Samples, captions and bytes of data with an index; without one, nothing is made.
    @Test func anIndexTellsOfTheData() throws {
        let fixture = try TrainingFixture()
        let recipe = try fixture.recipe(["length=2 epochs", "objective.preset=fastclip-v3"])
        let before = try fixture.files("")
        let without = try CostPlan(recipe)
        #expect(without.stages[0].samples == nil)
        #expect(try fixture.files("") == before)
        _ = try ShardDataset.open(recipe.data.train.patterns)
        let plan = try CostPlan(recipe)
        let stage = plan.stages[0]
        #expect(plan.unknown == [])
        #expect(stage.steps == 10 && stage.samples == 80)
        #expect(stage.textLengthsFrom == .captions)
        #expect(stage.textTokens.map { $0 >= 5 && $0 < 6 } == true)
        #expect(stage.longestText.map { $0 < 12 } == true)
        #expect(stage.sampleStateBytes == 40 * 2 * 4)
        let bytes = try #require(stage.dataBytes)
        let shards = try ["train-0.tar", "train-1.tar"].map { try Data(contentsOf: fixture.url($0)).count }
        #expect(bytes > 0 && bytes < 2 * Double(shards.reduce(0, +)))
        let budget = try CostPlan(fixture.recipe(["length=2 epochs", "tokens.text.budget=4"]))
        #expect(budget.stages[0].textTokens == 4)
        #expect(budget.stages[0].relativeCompute < 1)
    }

    @Test func aRateIsMeasured() throws {
        let fixture = try TrainingFixture()
        var settings = CostPlan.Settings()
        settings.measures = true
        let plan = try CostPlan(fixture.recipe(), settings)
        let rate = try #require(plan.stages[0].measuredFlops)
        #expect(rate > 0 && rate.isFinite)
        #expect(plan.stages[0].seconds.map { $0 > 0 } == true)
    }
}
