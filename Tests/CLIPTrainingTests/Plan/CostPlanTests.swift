import CLIPModels
import Foundation
import RemoteFiles
import Testing

@testable import CLIPData
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

    /// Where nothing can be written beside the data, its index is in the cache.
    @Test func anIndexInTheCacheTellsAsMuch() throws {
        let fixture = try TrainingFixture()
        let cache = fixture.url("cache").path
        let recipe = try fixture.recipe(["length=2 epochs", "data.cache.directory=\(cache)"])
        var settings = RemoteDataSettings()
        settings.cache.directory = cache
        let home = fixture.url("").path
        let index = try ShardIndex.openOrBuild(
            ShardList(recipe.data.train.patterns),
            options: IndexOptions(remote: RemoteData(settings: settings)),
            checkedBytes: 4 << 20
        ) { $0 + "/" != home && $0 != home && IndexPlace.canWrite(in: $0) }
        #expect(index.path.hasPrefix(cache))
        #expect(try CostPlan(recipe).stages[0].samples == 80)
    }

    /// Shards whose times are others would have to be read.
    @Test func dataThatChangedIsNotScanned() throws {
        let fixture = try TrainingFixture()
        let recipe = try fixture.recipe(["length=2 epochs"])
        _ = try ShardDataset.open(recipe.data.train.patterns)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1000)],
            ofItemAtPath: fixture.url("train-1.tar").path
        )
        let plan = try CostPlan(recipe)
        #expect(plan.stages[0].samples == nil)
        #expect(plan.unknown.contains { $0.contains("another size or time") })
        _ = try ShardDataset.open(recipe.data.train.patterns)
        #expect(try CostPlan(recipe).stages[0].samples == 80)
    }

    /// No number is too large for a plan.
    @Test(arguments: ["1000000000B steps", "9000000000B samples", "10000000000B epochs", "1e9 hours"])
    func lengthsThatNoRunReaches(_ length: String) throws {
        let fixture = try TrainingFixture()
        let recipe = try fixture.recipe([
            "length=\(length.replacing("1e9", with: "1000000000"))", "objective.preset=fastclip-v3",
            "objective.innerRate.schedule=constant",
        ])
        _ = try ShardDataset.open(recipe.data.train.patterns)
        var settings = CostPlan.Settings()
        settings.flops = 1e30
        let stage = try CostPlan(recipe, settings).stages[0]
        #expect(try #require(stage.steps) > 1 << 40)
        #expect(try #require(stage.samples) >= #require(stage.steps))
        #expect(stage.flops.map { $0.isFinite && $0 > 0 } == true)
    }

    @Test func theLargestBatchHasAMemory() throws {
        let lines = ["batch: 2147483647", "microBatch: null", "length: 1 steps"]
        let text =
            ["model: {config: ViT-B-16, imageSize: 4096}", "data: {train: none}", "device: cpu"] + lines
        let plan = try CostPlan(Recipe(yaml: text.joined(separator: "\n"), name: "recipe"))
        #expect(try #require(plan.stages[0].memory).peak > 1 << 50)
        let error = try #require(throws: RecipeError.self) {
            try CostPlan(
                Recipe(
                    yaml: text.joined(separator: "\n"),
                    name: "recipe",
                    overrides: ["batch=100000000000000"]
                )
            )
        }
        #expect("\(error)".contains("less than 2^31"))
    }

    /// What a run would refuse when it has the models of its stages.
    @Test func stagesThatCannotFollowAreRefused() throws {
        let error = try #require(throws: (any Error).self) {
            try CostPlan(
                Self.recipe(
                    "stages:",
                    "  - {name: short, length: 10 steps, model: {imageSize: 112}}",
                    "  - {name: long, length: 5 steps, model: {imageSize: null}}"
                )
            )
        }
        #expect("\(error)".contains("stages.1") && "\(error)".contains("model.transfer.positions"))
        let plan = try CostPlan(
            Self.recipe(
                "stages:",
                "  - {name: short, length: 10 steps, model: {imageSize: 112}}",
                "  - {name: long, length: 5 steps, model: {imageSize: null, transfer: {positions: interpolate}}}"
            )
        )
        #expect(plan.stages.map(\.imageSize) == [112, 224])
    }

    /// A warm-up in epochs of the data, which a made-up size would make longer than the run.
    @Test func aRateIsMeasuredWithTheSizeOfTheData() throws {
        let fixture = try TrainingFixture()
        let recipe = try fixture.recipe(["schedule.warmup=1 epochs"])
        _ = try ShardDataset.open(recipe.data.train.patterns)
        var settings = CostPlan.Settings()
        settings.measures = true
        #expect(try CostPlan(recipe, settings).stages[0].measuredFlops.map { $0 > 0 } == true)
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
