import Testing

@testable import CLIPTraining

@Suite struct TrainingDurationTests {
    private static let readings: [(String, TrainingDuration?)] = [
        ("3 epochs", .epochs(3)), ("1 epoch", .epochs(1)), ("0.5epochs", .epochs(0.5)),
        ("500 steps", .steps(500)),
        ("100k samples", .samples(100_000)), ("1.5M samples", .samples(1_500_000)),
        ("2B samples", .samples(2_000_000_000)),
        ("10 minutes", .seconds(600)), ("90 s", .seconds(90)), ("2 h", .seconds(7200)), ("5%", .percent(5)),
        ("2 k steps", .steps(2000)), ("0", .steps(0)), ("5", nil), ("", nil), ("epochs", nil),
        ("1.5 steps", nil),
        ("-1 epochs", nil), ("1e3 steps", nil), ("5 %%", nil), ("3 epochs 2", nil), ("1.2.3 epochs", nil),
        ("99999999999999999999 steps", nil),
    ]

    @Test(arguments: readings)
    func textsAreRead(text: String, expected: TrainingDuration?) {
        #expect(TrainingDuration(recipeText: text) == expected)
    }

    @Test(arguments: [
        0.1, 1.0 / 3, 1e-9, 123456.789, 1e18, 1e30, 1.5e22, 2.5e-300, .leastNonzeroMagnitude,
        .greatestFiniteMagnitude,
    ])
    func amountsSurviveWriting(amount: Double) {
        for duration in [TrainingDuration.epochs(amount), .seconds(amount), .percent(amount)] {
            #expect(TrainingDuration(recipeText: duration.recipeText) == duration)
        }
    }

    @Test func paceTurnsDurationsIntoSteps() throws {
        var recipe = try RecipeSamples.minimalRecipe()
        let pace = try TrainingPace(recipe, samplesPerEpoch: 1000)
        #expect(pace.length == .steps(12))  // 3 * 1000 / 256 = 11.7
        #expect(pace.span(of: .epochs(1)) == .steps(4))
        #expect(pace.span(of: .samples(256)) == .steps(1))
        #expect(pace.span(of: .samples(257)) == .steps(2))
        #expect(pace.span(of: .percent(25)) == .steps(3))
        #expect(pace.span(of: .seconds(3)) == .seconds(3))
        #expect(!pace.isComplete(at: TrainingPosition(step: 11)))
        #expect(pace.isComplete(at: TrainingPosition(step: 12)))
        recipe.length = .seconds(600)
        let clock = try TrainingPace(recipe, samplesPerEpoch: 1000)
        #expect(clock.span(of: .percent(5)) == .seconds(30))
        #expect(clock.fraction(at: TrainingPosition(step: 9, elapsedSeconds: 150)) == 0.25)
    }

    @Test func whatOnlyTheDataShowsIsRefusedThen() throws {
        var recipe = try RecipeSamples.minimalRecipe()
        recipe.schedule.warmup = .steps(100)
        try recipe.validate()
        #expect(throws: RecipeError.self) { try TrainingPace(recipe, samplesPerEpoch: 1000) }
        _ = try TrainingPace(recipe, samplesPerEpoch: 100_000)
        recipe.schedule.warmup = .steps(0)
        #expect(throws: RecipeError.self) { try TrainingPace(recipe, samplesPerEpoch: 255) }
    }

    @Test func cadencesComeOncePerSpan() {
        var steps = Cadence(.steps(3), from: TrainingPosition(step: 3))
        #expect((4...9).filter { steps.isDue(at: TrainingPosition(step: $0)) } == [6, 9])
        var seconds = Cadence(.seconds(10), from: TrainingPosition(elapsedSeconds: 5))
        let times = [9.0, 11, 12, 35, 39, 41]
        #expect(times.filter { seconds.isDue(at: TrainingPosition(elapsedSeconds: $0)) } == [11, 35, 41])
    }
}
