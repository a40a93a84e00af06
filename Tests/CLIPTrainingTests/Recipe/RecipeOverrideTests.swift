import Testing

@testable import CLIPTraining

@Suite struct RecipeOverrideTests {
    @Test func overridesReplaceAndAdd() throws {
        let recipe = try Recipe(
            yaml: RecipeSamples.minimal + "\nevaluate:\n- {kind: zeroshot, data: a}\nema:",
            overrides: [
                "batch=64", "batch=128", "optimizer.learningRate=1e-3", "ema.decay=0.5", "length=10 minutes",
                "data.train=[a.tar, b.tar]", "evaluate.0.every=5 epochs", "model.initialize=a=b",
            ]
        )
        #expect(recipe.batch == 128)
        #expect(recipe.optimizer.learningRate == 1e-3)
        #expect(recipe.ema?.decay == 0.5)
        #expect(recipe.length == .seconds(600))
        #expect(recipe.data.train == ["a.tar", "b.tar"])
        #expect(recipe.evaluate.first?.every == .epochs(5))
        #expect(recipe.evaluate.first?.data == "a")
        #expect(recipe.model.initialize == "a=b")
    }

    @Test func overridesCanGiveRequiredKeys() throws {
        let recipe = try Recipe(
            yaml: "",
            overrides: ["model.config=a", "data.train=b", "batch=8", "length=1 step"]
        )
        #expect(recipe.length == .steps(1))
    }

    private static let bad = [
        (
            "optimizer.lr=1",
            "--set optimizer.lr=1: unknown key `optimizer.lr`; did you mean `optimizer.learningRate`?"
        ),
        (
            "optimizer.learningRate=fast",
            "--set optimizer.learningRate=fast: `optimizer.learningRate`: found the text"
        ),
        ("batch=1", "--set batch=1: `batch` is 1; it must be 2 or more"),
        ("batch", "write key=value"),
        ("=3", "is empty"),
        ("a..b=3", "is empty"),
        ("batch=[", "the value is not YAML"),
        ("batch.size=3", "`batch.size`: found the number 256, expected a mapping that holds `size`"),
        ("data.train=", "`data.train`: found nothing, expected text"),
        (
            "evaluate.0.every=1 epoch",
            "`evaluate.0.every`: the recipe has no list there, so it has no entry 0."
        ),
    ]

    @Test(arguments: bad)
    func badOverridesAreExplained(override: String, expected: String) {
        let problems = RecipeSamples.problems(RecipeSamples.minimal, overrides: [override])
        #expect(problems.count == 1)
        #expect(problems.first?.contains(expected) == true, "\(problems)")
    }
}
