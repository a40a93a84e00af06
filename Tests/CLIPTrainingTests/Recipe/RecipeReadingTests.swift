import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

@Suite struct RecipeReadingTests {
    @Test func defaultsAreOpenClips() throws {
        let recipe = try RecipeSamples.minimalRecipe()
        #expect(recipe.model.config == "ViT-B-32")
        #expect(recipe.data.train == ["shards/{000..009}.tar"])
        #expect(recipe.batch == 256)
        #expect(recipe.length == .epochs(3))
        #expect(recipe.optimizer.learningRate == 5e-4)
        #expect(recipe.optimizer.betas == AdamBetas(first: 0.9, second: 0.98))
        #expect(recipe.optimizer.epsilon == 1e-6)
        #expect(recipe.optimizer.weightDecay == 0.2)
        #expect(recipe.augmentation.scale == 0.9...1.0)
        #expect(recipe.temperature.initial == nil && recipe.temperature.first == 0.07)
        #expect(recipe.preprocess.meanValues == [0.48145466, 0.4578275, 0.40821073])
        #expect(recipe.preprocess.stdValues == [0.26862954, 0.26130258, 0.27577711])
        #expect(recipe.ema == nil)
        #expect(recipe.microBatch == nil)
        #expect(recipe.activationCheckpointing == .none)
        #expect(recipe.warnings.isEmpty)
    }

    @Test func everyKindOfValueIsRead() throws {
        let recipe = try Recipe(
            yaml: """
                seed: 18446744073709551615
                model: {config: a.json, initialize: runs/one}
                data:
                  train: [a.tar, 'b/*.tar']
                  captions: {fields: [title, "json:caption"], rule: weighted, weights: [3, 1]}
                  imageFields: [webp]
                  alpha: drop
                  maximumPixels: 1_000_000
                  maximumBadSampleRate: 0
                  workers: 3
                augmentation: {scale: [0.5, 0.8], horizontalFlip: 0.5, interpolation: bilinear}
                preprocess: {mean: inception, std: [0.1, 0.2, 3e-1]}
                batch: 64
                length: 1.5h
                objective: {maskEqualCaptions: true, workspace: 1.5 GiB}
                temperature: {initial: 0.1, learningRate: 1e-3, schedule: stepThreshold}
                optimizer:
                  kind: sgd
                  momentum: 0.5
                  nesterov: true
                  rates: {visual.conv1.*: 0, visual.*: 0.1, '*': 2}
                  gradientClipNorm: 1
                  decayGroups: legacy
                storage: {moments: bfloat16, weights: bfloat16, towers: text}
                schedule: {warmup: 2 minutes, minimum: 1e-6}
                precision: bfloat16
                activationCheckpointing: blocks
                ema: {}
                checkpoint: {every: 100k samples, keep: 1}
                log: {every: 5%}
                evaluate:
                  - {kind: retrieval, data: val.tar, every: 20 minutes}
                device: cuda:1
                threads: 4
                deterministic: true
                """
        )
        #expect(recipe.seed == .max)
        #expect(recipe.model.initialize == "runs/one")
        #expect(recipe.data.train == ["a.tar", "b/*.tar"])
        #expect(recipe.data.captions.weights == [3, 1])
        #expect(recipe.data.captions.fields == ["title", "json:caption"])
        #expect(recipe.data.maximumPixels == 1_000_000)
        #expect(recipe.data.workers == .exactly(3))
        #expect(recipe.augmentation.interpolation == .bilinear)
        #expect(recipe.preprocess.meanValues == [0.5, 0.5, 0.5])
        #expect(recipe.preprocess.stdValues == [0.1, 0.2, 0.3])
        #expect(try Recipe(yaml: RecipeSamples.minimal, overrides: ["microBatch=16"]).microBatch == 16)
        #expect(recipe.activationCheckpointing == .blocks)
        #expect(recipe.length == .seconds(5400))
        #expect(recipe.objective.workspace.bytes == 3 << 29)
        #expect(recipe.temperature.learningRate == 1e-3)
        #expect(recipe.temperature.schedule == .stepThreshold)
        #expect(recipe.optimizer.kind == .sgd)
        #expect(recipe.optimizer.momentum == 0.5)
        #expect(recipe.optimizer.nesterov)
        #expect(recipe.optimizer.rates == ["visual.conv1.*": 0, "visual.*": 0.1, "*": 2])
        #expect(recipe.storage.moments == .bfloat16)
        #expect(recipe.storage.weights == .bfloat16)
        #expect(recipe.storage.towers == .text)
        #expect(recipe.optimizer.gradientClipNorm == 1)
        #expect(recipe.optimizer.decayGroups == .legacy)
        #expect(recipe.schedule.warmup == .seconds(120))
        #expect(recipe.ema?.decay == 0.999)
        #expect(recipe.checkpoint.every == .samples(100_000))
        #expect(recipe.log.every == .percent(5))
        #expect(recipe.evaluate.map(\.kind) == [.retrieval])
        #expect(recipe.device == .cuda(1))
        #expect(recipe.deterministic)
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    @Test func resolvedNamesEveryKey() throws {
        let recipe = try RecipeSamples.minimalRecipe()
        let text = try recipe.resolved
        #expect(try Recipe(yaml: text) == recipe)
        // What may be absent as a whole.
        let absent = ["ema.", "model.text."]
        for key in Recipe.reference
        where !key.path.contains(".N.") && !absent.contains(where: key.path.hasPrefix) {
            let name = key.path.split(separator: ".").last ?? ""
            #expect(text.contains("\(name):"), "\(key.path)")
        }
    }

    @Test func oddValuesSurviveTheRoundTrip() throws {
        var recipe = try RecipeSamples.minimalRecipe()
        recipe.data.train = ["12", "true", "null", "a: b #c", "ü'\"\\ {x}"]
        recipe.model.initialize = "~"
        recipe.length = .epochs(0.1 + 0.2)
        recipe.optimizer.learningRate = LearningRate(1.0 / 3)
        recipe.optimizer.epsilon = 1e-20
        recipe.optimizer.rates = ["z?": 1, "*": 0.5, "a: b #c": 1e-300, "12": 2]
        recipe.checkpoint.every = .seconds(1e-7)
        recipe.evaluate = [Recipe.Evaluation(), Recipe.Evaluation()]
        recipe.evaluate[0].data = "0x10"
        recipe.evaluate[1].data = "- a"
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    @Test func anchorsAndAliasesWork() throws {
        let lines = "optimizer: {learningRate: &rate 2e-3}\ntemperature: {learningRate: *rate}"
        let recipe = try Recipe(yaml: RecipeSamples.minimal + "\n" + lines)
        #expect(recipe.temperature.learningRate == 2e-3)
    }

    @Test func hostileTextIsRefused() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(RecipeSamples.problems(deep).count == 1)
        #expect(
            RecipeSamples.problems("seed: 1", overrides: ["seed=" + deep]).contains {
                $0.contains("not YAML")
            }
        )
        #expect(RecipeSamples.problems("a: \u{0}").count >= 1)
        #expect(RecipeSamples.problems("\tseed: 1").first?.contains("not valid YAML") == true)
    }

    @Test func hugeDurationsDoNotOverflow() throws {
        var recipe = try Recipe(
            yaml: RecipeSamples.minimal,
            overrides: ["length=99999999999999999999999999 epochs"]
        )
        recipe.checkpoint.every = .seconds(1e-300)
        let pace = try TrainingPace(recipe, samplesPerEpoch: 1_000_000)
        #expect(pace.length == .steps(1_000_000_000_000_000_000))
        #expect(pace.span(of: .samples(.max)) == .steps(Int.max / 256 + 1))
        var cadence = Cadence(pace.span(of: recipe.checkpoint.every), from: TrainingPosition())
        let isDue = cadence.isDue(at: TrainingPosition(elapsedSeconds: 5))
        #expect(isDue)
    }

    static let examples = Repository.root.appending(path: "Examples/recipes")

    @Test(arguments: try FileManager.default.contentsOfDirectory(atPath: examples.path).sorted())
    func exampleRecipesAreValid(name: String) throws {
        let path = Self.examples.appending(path: name).path
        let recipe = try Recipe(contentsOf: path)
        #expect(recipe.warnings.isEmpty)
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    @Test func documentationHoldsTheGeneratedTable() throws {
        let file = Repository.root.appending(path: "docs/recipes.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let isCurrent = text.contains(Recipe.referenceTable)
        // Printed where they differ, so that the page can be brought up to date.
        #expect(isCurrent, "docs/recipes.md needs this table:\n\(Recipe.referenceTable)")
    }
}

/// The checkout that the tests were built from.
enum Repository {
    static var root: URL {
        URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
    }
}
