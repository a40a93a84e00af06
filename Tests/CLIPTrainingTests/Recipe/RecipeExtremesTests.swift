import CLIPObjectives
import Foundation
import Testing

@testable import CLIPData
@testable import CLIPTraining

/// Every key of a recipe with numbers at the ends of what numbers can be: refused or taken, and never the end of the
/// process.
@Suite struct RecipeExtremesTests {
    private static let numbers = [
        "0", "-1", "1", "1e18", "1e308", "-1e308", "1e-308", "5e-324", "-1e-308", ".nan", ".inf", "-.inf", "nan",
        "inf", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e1000",
    ]

    /// The forms in which keys take numbers.
    private static let values: [String] = {
        let many = "1" + String(repeating: "0", count: 30)
        let durations = ["epochs", "steps", "samples", "B samples", "hours", "%"].flatMap { unit in
            ["0", many, "0.\(String(repeating: "0", count: 300))1", "9223372036854775807"].map { "\($0) \(unit)" }
        }
        let sizes = ["GiB", "B"].flatMap { unit in ["-1", "9e300", "8589934592", "inf"].map { "\($0) \(unit)" } }
        let pairs = numbers.map { "[1e-308, \($0)]" } + numbers.map { "[\($0), 1e308]" }
        let lists = numbers.flatMap { ["[\($0)]", "[\($0), 1, \($0)]", "{a: \($0)}", "mix(txt=\($0))"] }
        let devices = ["cuda:9223372036854775807", "cuda:-1"]
        return numbers + durations + sizes + pairs + lists + devices
    }()

    /// All that a run makes of a recipe before it opens data.
    private func plan(_ recipe: Recipe) throws {
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
        _ = recipe.warnings
        let random = CounterRandom(seed: recipe.seed, purpose: .crop)
        for (width, height) in [(1, 1), (1, 100_000), (100_000, 1), (640, 480)] {
            var random = random
            let transform = recipe.trainTransform(size: 16)
            let region = transform.crop.region(width: width, height: height, random: &random)
            #expect(region.width > 0 && region.height > 0 && region.width <= width && region.height <= height)
            _ = transform.colour.steps(using: &random)
        }
        if case .exactly(let count) = recipe.threads { #expect(count > 0) }
        for stage in recipe.allStages {
            let recipe = stage.recipe
            guard let pace = try? TrainingPace(recipe, samplesPerEpoch: 100_000) else { continue }
            let states = MemorySampleStates(count: 1, width: recipe.sampleStateWidth)
            if recipe.lossFamily.problems(in: recipe, pace: pace).isEmpty {
                _ = try recipe.lossFamily.objective(recipe, pace: pace, states: states)
            }
            for step in [0, 1, 1_000_000_000_000] {
                var position = TrainingPosition(step: step, samples: step * 4, elapsedSeconds: Double(step))
                let schedule = TrainingSchedule(recipe, pace: pace)
                #expect(!schedule.learningRate(at: position).isNaN)
                #expect((0...1).contains(pace.fraction(at: position)))
                position.continueStage(withBatch: recipe.batch)
                let changed = pace.continued(from: position)
                #expect(!TrainingSchedule(recipe, pace: changed).learningRate(at: position).isNaN)
                let cadences = [recipe.log.every, recipe.checkpoint.every] + recipe.evaluate.map(\.every)
                for every in cadences {
                    var cadence = changed.cadence(of: every, from: position)
                    position.step += 1
                    _ = cadence.isDue(at: position)
                }
                _ = ProgressText.secondsLeft(at: position, changed, since: TrainingPosition())
            }
        }
    }

    private static let keys = Recipe.reference.filter { key in
        let takesNumbers = ["number", "duration", "amount", "list", "mapping", "cuda", "mix("].contains {
            key.expectation.contains($0)
        }
        return takesNumbers && !key.isSection && !key.path.contains(".N")
    }.map(\.path)

    @Test(arguments: keys)
    func aKeyIsRefusedOrTaken(key: String) throws {
        for value in Self.values {
            guard let recipe = try? Recipe(yaml: RecipeSamples.minimal, overrides: ["\(key)=\(value)"]) else {
                continue
            }
            try plan(recipe)
        }
    }

    @Test(arguments: [
        "objective={preset: fastclip-v3, innerRate: {decay: VALUE}}",
        "objective={preset: fastclip-v1, innerRate: {schedule: recommended}}",
        "objective={preset: isogclr, epsilon: VALUE}", "temperature={rule: individual, learningRate: VALUE}",
        "objective={preset: neuclip, network: {restart: VALUE}}",
        "evaluate=[{kind: zeroshot, data: d, every: VALUE}]",
        "data.train={source: a, weight: VALUE}", "data.train=[{source: a, weight: VALUE}, b]",
        "stages=[{name: a, length: VALUE}]", "stages=[{name: a, length: 2 epochs, batch: VALUE}]",
        "data.captions={fields: [txt, alt], rule: weighted, weights: [1, VALUE]}",
        "data.captions={fields: [txt, alt], rule: 'mix(txt=VALUE, alt=VALUE)'}", "optimizer.rates={'*': VALUE}",
    ])
    func soIsOneInsideOfOthers(form: String) throws {
        for value in Self.values {
            let text = form.replacing("VALUE", with: value.hasPrefix("{") || value.hasPrefix("mix") ? "1" : value)
            // With stages there is no length of the run.
            let yaml = text.hasPrefix("stages")
                ? RecipeSamples.minimal.replacing("length: 3 epochs", with: "") : RecipeSamples.minimal
            guard let recipe = try? Recipe(yaml: yaml, overrides: [text]) else { continue }
            try plan(recipe)
        }
    }

    @Test func rangesAreNamed() {
        let problems = RecipeSamples.problems(RecipeSamples.minimal, overrides: ["augmentation.ratio=[1e-100, 1e100]"])
        #expect(problems.count == 1 && problems[0].contains("two numbers between 0.01 and 100"), "\(problems)")
        let colours = RecipeSamples.problems(
            RecipeSamples.minimal,
            overrides: ["augmentation.colorJitter.brightness=1e308"]
        )
        #expect(colours.count == 1 && colours[0].contains("between 0.0 and 100.0"), "\(colours)")
    }

    /// The library takes what a recipe would refuse.
    @Test func cropsOfAnyShape() {
        for ratio in [1e-100...1e100, 1e-300...1e-299, 1e299...1e300] {
            var random = CounterRandom(seed: 1, purpose: .crop)
            let region = RandomResizedCrop(scale: 1e-300...1, ratio: ratio).region(
                width: 100,
                height: 50,
                random: &random
            )
            #expect((1...100).contains(region.width) && (1...50).contains(region.height))
        }
    }
}
