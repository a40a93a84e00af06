import CLIPObjectives
import Foundation
import Testing

@testable import CLIPData
@testable import CLIPTraining

/// Every key of a recipe with numbers at the ends of what numbers can be: refused or taken, and never the end of the
/// process.
@Suite struct RecipeExtremesTests {
    private static let numbers = [
        "0", "-1", "1", "1e18", "1e308", "-1e308", "1e-308", "5e-324", "-1e-308", ".nan", ".inf", "-.inf",
        "nan",
        "inf", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e1000",
    ]

    private static let durations: [String] = {
        let many = "1" + String(repeating: "0", count: 30), few = "0.\(String(repeating: "0", count: 300))1"
        return ["epochs", "steps", "B samples", "hours", "%"].flatMap { unit in
            ["0", many, few, "9223372036854775807"].map { "\($0) \(unit)" }
        }
    }()

    /// What a key may be given that takes what its description in the reference says.
    private static func values(for expectation: String) -> [String] {
        var values = numbers
        if expectation.contains("duration") { values += durations }
        if expectation.contains("amount") {
            values += ["-1 GiB", "9e300 GiB", "8589934592 GiB", "9223372036854775807 B", "inf GiB"]
        }
        if expectation.contains("two numbers") {
            values += numbers.flatMap { ["[1e-308, \($0)]", "[\($0), 1e308]"] }
        }
        if expectation.contains("list") { values += numbers.map { "[\($0), 1, \($0)]" } }
        if expectation.contains("mapping") { values += numbers.map { "{a: \($0)}" } }
        if expectation.contains("cuda") { values += ["cuda:9223372036854775807", "cuda:-1"] }
        return values
    }

    /// All that a run makes of a recipe before it opens data.
    private func plan(_ recipe: Recipe) throws {
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
        _ = recipe.warnings
        let random = CounterRandom(seed: recipe.seed, purpose: .crop)
        for (width, height) in [(1, 1), (1, 100_000), (100_000, 1), (640, 480)] {
            var random = random
            let transform = recipe.trainTransform(size: 16, .bicubic)
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
        let takesNumbers = ["number", "duration", "amount", "list", "mapping", "cuda"].contains {
            key.expectation.contains($0)
        }
        return takesNumbers && !key.isSection && !key.path.contains(".N")
    }

    @Test(arguments: keys.map(\.path))
    func aKeyIsRefusedOrTaken(key: String) throws {
        let expectation = try #require(Self.keys.first { $0.path == key }).expectation
        for value in Self.values(for: expectation) {
            guard let recipe = try? Recipe(yaml: RecipeSamples.minimal, overrides: ["\(key)=\(value)"]) else {
                continue
            }
            try plan(recipe)
        }
    }

    @Test(arguments: [
        ("objective={preset: fastclip-v3, innerRate: {decay: VALUE}}", durations),
        ("evaluate=[{kind: zeroshot, data: d, every: VALUE}]", durations),
        ("stages=[{name: a, length: VALUE}]", durations),
        ("stages=[{name: a, length: 2 epochs, batch: VALUE}]", numbers),
        ("objective={preset: isogclr, epsilon: VALUE}", numbers),
        ("temperature={rule: individual, learningRate: VALUE}", numbers),
        ("objective={preset: neuclip, network: {restart: VALUE}}", numbers),
        ("data.train=[{source: a, weight: VALUE}, b]", numbers),
        ("data.captions={fields: [txt, alt], rule: weighted, weights: [1, VALUE]}", numbers),
        ("data.captions={fields: [txt, alt], rule: 'mix(txt=VALUE, alt=VALUE)'}", numbers),
        ("optimizer.rates={'*': VALUE}", numbers),
    ])
    func soIsOneInsideOfOthers(form: String, values: [String]) throws {
        // With stages there is no length of the run.
        let yaml =
            form.hasPrefix("stages")
            ? RecipeSamples.minimal.replacing("length: 3 epochs", with: "") : RecipeSamples.minimal
        for value in values {
            let text = form.replacing("VALUE", with: value)
            if let recipe = try? Recipe(yaml: yaml, overrides: [text]) { try plan(recipe) }
        }
    }

    @Test func rangesAreNamed() {
        let problems = RecipeSamples.problems(
            RecipeSamples.minimal,
            overrides: ["augmentation.ratio=[1e-100, 1e100]"]
        )
        #expect(
            problems.count == 1 && problems[0].contains("two numbers between 0.01 and 100"),
            "\(problems)"
        )
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
