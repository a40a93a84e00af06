import Testing

@testable import CLIPTraining

@Suite struct TrainingScheduleTests {
    private func schedule(
        _ kind: Recipe.Schedule.Kind,
        warmup: TrainingDuration,
        length: TrainingDuration,
        minimum: Double = 0
    ) throws -> TrainingSchedule {
        var recipe = try RecipeSamples.minimalRecipe()
        recipe.batch = 10
        recipe.length = length
        recipe.optimizer.learningRate = 2
        recipe.schedule.kind = kind
        recipe.schedule.warmup = warmup
        recipe.schedule.minimum = minimum
        return try TrainingSchedule(recipe, pace: TrainingPace(recipe, samplesPerEpoch: 100))
    }

    private func isNear(_ first: Double, _ second: Double) -> Bool { abs(first - second) < 1e-12 }

    @Test func cosineOverSteps() throws {
        let schedule = try schedule(.cosine, warmup: .steps(4), length: .steps(12))
        let rates = [0, 3, 4, 8, 10, 12].map { schedule.learningRate(at: TrainingPosition(step: $0)) }
        let expected = [0.5, 2, 2, 1, 1 - 0.7071067811865476, 0]
        #expect(zip(rates, expected).allSatisfy(isNear), "\(rates)")
    }

    @Test func lineOverStepsAndOnTheClock() throws {
        let steps = try schedule(.linear, warmup: .steps(4), length: .steps(12), minimum: 0.4)
        let rates = [0, 3, 4, 8, 10, 12].map { steps.learningRate(at: TrainingPosition(step: $0)) }
        #expect(zip(rates, [0.5, 2, 2, 1.2, 0.8, 0.4]).allSatisfy(isNear), "\(rates)")
        let clock = try schedule(.linear, warmup: .percent(20), length: .seconds(100))
        let timed = [10.0, 20, 40, 100, 130].map {
            clock.learningRate(at: TrainingPosition(step: 5, elapsedSeconds: $0))
        }
        #expect(zip(timed, [1, 2, 1.5, 0, 0]).allSatisfy(isNear), "\(timed)")
    }

    @Test func minimum() throws {
        let schedule = try schedule(.cosine, warmup: .steps(0), length: .epochs(1), minimum: 0.5)
        #expect(isNear(schedule.learningRate(at: TrainingPosition(step: 0)), 2))
        #expect(isNear(schedule.learningRate(at: TrainingPosition(step: 10)), 0.5))
    }

    @Test func constant() throws {
        let schedule = try schedule(.constant, warmup: .percent(20), length: .steps(10))
        let rates = (0...3).map { schedule.learningRate(at: TrainingPosition(step: $0)) }
        #expect(zip(rates, [1, 2, 2, 2]).allSatisfy(isNear), "\(rates)")
    }

    @Test func cosineOnTheClock() throws {
        let schedule = try schedule(.cosine, warmup: .percent(20), length: .seconds(100))
        let rates = [0.0, 10, 20, 60, 100, 130].map {
            schedule.learningRate(at: TrainingPosition(step: 5, elapsedSeconds: $0))
        }
        #expect(zip(rates, [0, 1, 2, 1, 0, 0]).allSatisfy(isNear), "\(rates)")
        let mixed = try self.schedule(.cosine, warmup: .steps(4), length: .seconds(100))
        let start = mixed.learningRate(at: TrainingPosition(step: 0, elapsedSeconds: 0))
        #expect(isNear(start, 0.5))
        #expect(isNear(mixed.learningRate(at: TrainingPosition(step: 9, elapsedSeconds: 50)), 1))
    }
}
