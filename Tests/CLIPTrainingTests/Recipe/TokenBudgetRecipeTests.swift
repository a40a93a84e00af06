import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

/// The recipes of published runs with fewer tokens, stage by stage, against their tables.
@Suite struct TokenBudgetRecipeTests {
    private func recipe(_ file: String) throws -> Recipe {
        try Recipe(contentsOf: RecipeReadingTests.examples.appending(path: "\(file).yaml").path)
    }

    /// The architecture that a stage trains, at its sizes.
    private func configuration(_ recipe: Recipe) throws -> ModelConfiguration {
        let name = recipe.model.config
        let file = Repository.root.appending(path: name).path
        return try ModelCatalog.configuration(name.hasSuffix(".json") ? file : name)
            .resized(imageSize: recipe.model.imageSize, contextLength: recipe.model.contextLength)
    }

    @Test(arguments: PublishedStage.all)
    func clipaIsAsPublished(row: PublishedStage) throws {
        let stage = try recipe(row.file).stages[row.stage]
        let recipe = stage.recipe
        let model = try configuration(recipe)
        #expect(model.vision.imageSize == row.image)
        #expect(model.text.kind.contextLength == row.text)
        #expect(recipe.batch == row.batch)
        #expect(abs(recipe.peakLearningRate - row.peak) < 1e-9 * row.peak)
        #expect(recipe.schedule.warmup == .steps(row.warmup))
        #expect(recipe.schedule.kind == .cosine && recipe.schedule.minimum == 0)
        #expect(recipe.length == row.length)
        let summary = ModelSummary(model).image
        let grid = row.image / (summary.patchSize ?? 1)
        #expect(recipe.tokens.image.patchMask.keptCount(grid: grid) == row.patches)
        #expect(recipe.tokens.text.reduction == row.reduction && !recipe.tokens.text.inEvaluation)
        #expect(recipe.augmentation.scale == 0.4...1)
        #expect(recipe.augmentation.colorJitter.probability == (row.hasColours ? 0.8 : 0))
        #expect(recipe.augmentation.colorJitter.hue == (row.hasColours ? 0.08 : 0))
        #expect(recipe.augmentation.grayscale == (row.hasColours ? 0.2 : 0))
        #expect(recipe.optimizer.betas == AdamBetas(first: 0.9, second: 0.95))
        #expect(recipe.optimizer.weightDecay == 0.2)
        #expect(recipe.optimizer.gradientClipNorm == nil)
        #expect(stage.carry.optimizer == .reset && stage.start.kind == .continuing)
        #expect(recipe.model.transfer.positions == (row.stage == 0 ? .refuse : .interpolate))
    }

    /// 10⁹ multiply-adds of a forward pass of one pair, as `clip plan` counts them.
    private func gigamacs(_ model: ModelConfiguration, _ mask: PatchMask = .none) throws -> Double {
        let length = try #require(model.text.kind.contextLength)
        let image = try #require(model.vision.workload(keeping: mask))
        let text = try #require(model.text.workload(of: TokenLengths(length)))
        return (image.multiplyAdds + text.multiplyAdds) / 1e9
    }

    /// The comments in front of a recipe, as one line.
    private func comments(_ file: String) throws -> String {
        let url = RecipeReadingTests.examples.appending(path: "\(file).yaml")
        return try String(contentsOf: url, encoding: .utf8).replacing("\n# ", with: " ")
    }

    @Test(arguments: ["clipa-b16-i50-t16", "clipa-l16-i17-t16", "clipa-l16-i37-t8"])
    func commentsSayWhatAPassCosts(file: String) throws {
        let model = try configuration(recipe(file).stages[0].recipe)
        let (short, full) = try (gigamacs(model), gigamacs(model.resized(imageSize: 224, contextLength: 32)))
        let figures = String(format: "%.1f GMAC in place of %.1f at 224 px and 32 tokens.", short, full)
        #expect(try comments(file).contains("a forward pass of \(figures)"), "\(figures)")
    }

    @Test func commentsSayWhatAllStagesCost() throws {
        let stages = try recipe("clipa-h14-v2").stages.map(\.recipe)
        let total = try stages.reduce(0.0) { sum, stage in
            guard case .samples(let samples) = stage.length else { throw RecipeError([]) }
            let model = try configuration(stage)
            return try sum + Double(samples) * gigamacs(model, stage.tokens.image.patchMask) * 1e9
        }
        let full =
            try 32e9 * 1e9 * gigamacs(configuration(stages[0]).resized(imageSize: 224, contextLength: 77))
        let comments = try comments("clipa-h14-v2")
        let written = { (format: String, value: Double) in
            String(format: format, value).replacing("e+", with: "e")
        }
        let (all, whole) = (written("%.2e", total), written("%.1e", full))
        #expect(comments.contains("together are \(all) multiply-adds of forward passes"), "\(all)")
        #expect(comments.contains("32 billion pairs at 224 px and 77 tokens are \(whole)"), "\(whole)")
    }

    /// Every base of the rule belongs to its kind of stage.
    @Test func ratesGoByTheBatch() throws {
        let bases = try ["clipa-b16-i50-t16", "clipa-l16-i17-t16", "clipa-l16-i37-t8", "clipa-h14-v2"].map {
            file in
            try recipe(file).stages.map(\.recipe.optimizer.learningRate)
        }
        let usual = [LearningRate(8e-6, per: 256), LearningRate(8e-7, per: 256)]
        let v2 = [8e-6, 4e-7, 1e-7].map { LearningRate($0, per: 256) }
        #expect(bases == [usual, usual, usual, v2])
    }

    @Test func theSecondVersionHasImageNetsStatistics() throws {
        for stage in try recipe("clipa-h14-v2").stages {
            #expect(stage.recipe.preprocess.meanValues == [0.485, 0.456, 0.406])
            #expect(stage.recipe.preprocess.stdValues == [0.229, 0.224, 0.225])
            #expect(stage.recipe.preprocess.interpolation == .bilinear)
        }
        let first = try recipe("clipa-l16-i37-t8").stages
        #expect(first.allSatisfy { $0.recipe.preprocess.meanValues == [0.48145466, 0.4578275, 0.40821073] })
    }

    @Test func clipAddsAnEpochOfLargerImages() throws {
        let stages = try recipe("clip-l14-336").stages
        #expect(try stages.map { try configuration($0.recipe).vision.imageSize } == [224, 336])
        #expect(stages.map(\.recipe.length) == [.epochs(32), .epochs(1)])
        #expect(stages.map(\.recipe.peakLearningRate) == [4e-4, 2e-5])
        #expect(stages.allSatisfy { $0.recipe.batch == 32768 && $0.recipe.schedule.warmup == .steps(2000) })
        #expect(
            stages[1].recipe.model.transfer.positions == .interpolate && stages[1].carry.optimizer == .reset
        )
        let summary = try ModelSummary(configuration(stages[1].recipe))
        #expect(summary.parameters == 427_944_193)
    }

    @Test func theDemosBudgetsSaveMostOfTheCompute() throws {
        let stages = try recipe("token-budgets").stages
        let grids = try stages.map { try configuration($0.recipe) }.map { $0.vision.imageSize / 8 }
        #expect(grids == [4, 8])
        #expect(stages.map(\.recipe.tokens.text.budget) == [8, nil])
        // The finish has all tokens that the model takes.
        #expect(try configuration(stages[1].recipe).text.kind.contextLength == 24)
        #expect(stages.map(\.recipe.peakLearningRate) == [1e-3, 1e-4])
    }
}
