import Foundation
import Testing

@testable import CLIPTraining

/// Rates that go by the batch, and the course of the rate beside the two codes of CLIPA.
@Suite struct LearningRateTests {
    private func recipe(_ overrides: [String], yaml: String = RecipeSamples.minimal) throws -> Recipe {
        try Recipe(yaml: yaml, overrides: overrides)
    }

    /// Published peaks by batch: pre-training, fine-tuning, that over four times the samples, and 336 pixels.
    @Test(arguments: [
        ("8e-6", 65536, 2.048e-3), ("8e-6", 32768, 1.024e-3), ("4e-6", 65536, 1.024e-3),
        ("8e-7", 8192, 2.56e-5),
        ("8e-7", 7168, 2.24e-5), ("8e-7", 32768, 1.024e-4), ("8e-7", 16384, 5.12e-5),
        ("4e-7", 32768, 5.12e-5),
        ("1e-7", 16384, 6.4e-6), ("4e-7", 16384, 2.56e-5),
    ])
    func thePeakGrowsWithTheBatch(base: String, batch: Int, peak: Double) throws {
        let recipe = try recipe(["optimizer.learningRate=\(base) per 256", "batch=\(batch)"])
        #expect(abs(recipe.peakLearningRate - peak) < 1e-9 * peak)
        let pace = try TrainingPace(recipe, samplesPerEpoch: 10_000_000)
        let schedule = TrainingSchedule(recipe, pace: pace)
        #expect(abs(schedule.learningRate(at: TrainingPosition()) - peak) < 1e-9 * peak)
    }

    @Test func aPlainRateDoesNot() throws {
        let recipe = try recipe(["optimizer.learningRate=1e-3", "batch=64"])
        #expect(recipe.peakLearningRate == 1e-3 && recipe.optimizer.learningRate == 1e-3)
        #expect(recipe.optimizer.learningRate.pairs == nil)
    }

    @Test func itSurvivesTheRoundTripAndOverrides() throws {
        let first = try recipe(["optimizer.learningRate=8e-6 per 1_024"])
        #expect(first.optimizer.learningRate == LearningRate(8e-6, per: 1024))
        #expect(try first.resolved.contains("learningRate: 8e-06 per 1024\n"))
        #expect(try Recipe(yaml: first.resolved) == first)
        let quoted = try recipe(["optimizer.learningRate='2 per 3'"])
        #expect(quoted.optimizer.learningRate == LearningRate(2, per: 3))
        #expect(try Recipe(yaml: first.resolved, overrides: ["batch=2048"]).peakLearningRate == 1.6e-5)
    }

    @Test func stagesHaveTheirOwnBatchAndRate() throws {
        let yaml =
            RecipeSamples.minimal.replacing("length: 3 epochs", with: "") + """

                optimizer: {learningRate: 8e-6 per 256}
                stages:
                  - {name: a, length: 1 epochs}
                  - {name: b, length: 1 epochs, batch: 512}
                  - {name: c, length: 1 epochs, batch: 512, optimizer: {learningRate: 1e-7 per 256}}
                  - {name: d, length: 1 epochs, optimizer: {learningRate: 1e-5}}
                """
        let recipe = try Recipe(yaml: yaml)
        #expect(recipe.stages.map(\.recipe.peakLearningRate) == [8e-6, 1.6e-5, 2e-7, 1e-5])
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
        let text = try recipe.annotated
        #expect(
            text.contains("  learningRate: 8e-06 per 256  # default: 0.0005; peak 8e-06 at a batch of 256\n")
        )
        #expect(text.contains("  batch: 512  # peak 1.6e-05 at a batch of 512\n"))
        #expect(text.contains("    learningRate: 1e-07 per 256  # peak 2e-07 at a batch of 512\n"))
        #expect(try Recipe(yaml: text) == recipe)
    }

    @Test(arguments: [
        "8e-6 per", "8e-6 per 0", "8e-6 per 2.5", "x per 256", "8e-6 for 256", "1 per 2 pairs", "'1e-3'",
    ])
    func otherTextIsRefused(text: String) {
        let problems = RecipeSamples.problems(
            RecipeSamples.minimal,
            overrides: ["optimizer.learningRate=\(text)"]
        )
        #expect(problems.count == 1 && problems[0].contains("such as `8e-6 per 256`"), "\(problems)")
    }

    @Test func thePeakIsCheckedAndNotTheBase() {
        let set = ["optimizer.learningRate=8e-6 per 256", "batch=512", "schedule.minimum=1e-5"]
        #expect(RecipeSamples.problems(RecipeSamples.minimal, overrides: set).isEmpty)
        let small = RecipeSamples.problems(RecipeSamples.minimal, overrides: set + ["batch=128"])
        let expected = "optimizer.learningRate 8e-06 per 256, which is 4e-06 at a batch of 128"
        #expect(small.count == 1 && small[0].contains(expected), "\(small)")
        let negative = RecipeSamples.problems(
            RecipeSamples.minimal,
            overrides: ["optimizer.learningRate=-1 per 256"]
        )
        #expect(negative.count == 1 && negative[0].contains("greater than 0"), "\(negative)")
    }

    /// Steps of one pair, so that the stage has a given number of them.
    private func schedule(warmup: Int, steps: Int) throws -> (Int) -> Double {
        let recipe = try recipe([
            "optimizer.learningRate=8e-6 per 256", "batch=32768", "length=\(steps) steps",
            "schedule.warmup=\(warmup) steps",
        ])
        let schedule = try TrainingSchedule(recipe, pace: TrainingPace(recipe, samplesPerEpoch: 1 << 30))
        return { schedule.learningRate(at: TrainingPosition(step: $0)) }
    }

    @Test func theCourseIsOpenClips() throws {
        let rate = try schedule(warmup: 1563, steps: 73242)
        for (step, expected) in [(0, 6.5515e-7), (1562, 1.024e-3), (1563, 1.024e-3), (36621, 5.29534e-4)] {
            #expect(abs(rate(step) - expected) < 1e-5 * expected, "\(step): \(rate(step))")
        }
        #expect(abs(rate(73241) - 4.9e-13) < 5e-15)
    }

    /// JAX's code has a rate of 0 in its first step and rises one step later; after the warm-up the two are one.
    @Test func afterTheWarmUpItIsThatOfJAX() throws {
        let rate = try schedule(warmup: 1600, steps: 78125)
        let jax = { (step: Int) in
            let done = min(max(Double(step - 1600) / Double(78125 - 1600), 0), 1)
            return 1.024e-3 * 0.5 * (1 + cos(.pi * done)) * min(1, Double(step) / 1600)
        }
        #expect(jax(0) == 0 && abs(jax(800) - 5.12e-4) < 1e-12 && abs(jax(40000) - 5.09110e-4) < 1e-9)
        for step in [1600, 1601, 40000, 78124] { #expect(abs(rate(step) - jax(step)) < 1e-15, "\(step)") }
        for step in [1, 800, 1599] { #expect(abs(rate(step - 1) - jax(step)) < 1e-15, "\(step)") }
    }
}
