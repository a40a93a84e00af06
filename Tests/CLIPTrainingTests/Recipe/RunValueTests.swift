import Testing

@testable import CLIPTraining

/// Values of the run's section in a recipe with stages, which each stage may have otherwise.
@Suite struct RunValueTests {
    /// Each stage has its own rate, size of images and batch.
    private static let stages = """
        stages:
          - {name: a, length: 1 epochs, batch: 64, optimizer: {learningRate: 1e-3}, model: {imageSize: 224}}
          - {name: b, length: 1 epochs, batch: 32, optimizer: {learningRate: 1e-4}, model: {imageSize: 224}}
        """

    private static func yaml(_ run: String = "", model: String = "model: {config: ViT-B-32}") -> String {
        [model, "data: {train: a.tar}", run, stages].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static let wrong = [
        ("optimizer", "learningRate", "abc", "found the text 'abc', expected a number"),
        ("optimizer", "learningRate", "-5", "is -5.0; it must be greater than 0.0"),
        ("optimizer", "learningRate", "[1, 2]", "found a list of 2, expected a number"),
        ("optimizer", "learningRate", "'8e-6 per'", "found the text '8e-6 per', expected a number"),
        ("optimizer", "learningRate", "8e-6 pre 256", "found the text '8e-6 pre 256', expected a number"),
        ("optimizer", "rates", "{visual.*: -1}", "is -1.0; it must be 0.0 or more"),
        ("model", "imageSize", "-3", "is -3; it must be"),
        ("model", "imageSize", "big", "found the text 'big', expected a whole number"),
    ]

    @Test(arguments: wrong)
    func aWrongValueIsFoundWhereEveryStageHasAnother(
        section: String,
        key: String,
        value: String,
        expected: String
    ) {
        let override = "\(section).\(key)=\(value)"
        var stages = Self.yaml()
        if key == "rates" {
            stages = stages.replacing("optimizer: {", with: "optimizer: {rates: {}, ")
        }
        let given = RecipeSamples.problems(stages, overrides: [override])
        #expect(given.count == 1, "\(given)")
        #expect(given.first?.hasPrefix("--set \(override): `\(section).\(key)") == true, "\(given)")
        #expect(given.first?.contains(expected) == true, "\(given)")

        let written =
            section == "model"
            ? stages.replacing("ViT-B-32", with: "ViT-B-32, \(key): \(value)")
            : stages.replacing("\nstages:", with: "\n\(section): {\(key): \(value)}\nstages:")
        let found = RecipeSamples.problems(written)
        #expect(found.count == 1, "\(found)")
        let line = section == "model" ? 1 : 3
        #expect(found.first?.hasPrefix("r.yaml:\(line):") == true, "\(found)")
        #expect(found.first?.contains("`\(section).\(key)") == true, "\(found)")
        #expect(found.first?.contains(expected) == true, "\(found)")
    }

    @Test(arguments: [
        ("batch: 1", "`batch` is 1"), ("batch: 0", "`batch` is 0"), ("evaluate: 5", "`evaluate`: found"),
        ("evaluate: [{kind: zeroshot}]", "`evaluate.0.data` is missing"),
        ("train: {freeze: ['(']}", "`train.freeze.0` is '('"),
        ("optimizer: 3", "`optimizer`: found the number 3"),
    ])
    func soIsOneOfAnyOtherKind(line: String, expected: String) {
        let own = ["evaluate: []", "train: {freeze: []}"].joined(separator: ", ")
        let problems = RecipeSamples.problems(Self.yaml(line).replacing("length:", with: "\(own), length:"))
        #expect(problems.count == 1 && problems[0].contains(expected), "\(problems)")
    }

    /// What only stages complete, or take apart, is no fault of the run's.
    @Test(arguments: ["data: {window: 1_000}", "microBatch: 64", "schedule: {minimum: 0.5}", "length:"])
    func whatStagesPutRightIsNotWrong(line: String) throws {
        let stages = """
            stages:
              - {name: a, length: 1 epochs, batch: 64, schedule: {minimum: 0}, data: {train: a.tar}}
              - {name: b, length: 1 epochs, batch: 64, schedule: {minimum: 1e-5}, data: {train: a.tar}}
            """
        let recipe = try Recipe(yaml: "model: {config: ViT-B-32}\n\(line)\n\(stages)")
        #expect(recipe.stages.count == 2)
    }

    @Test func aMisspeltKeyIsNamedWhereItStands() {
        let model = "model: {config: ViT-B-32, contextLenght: 8}"
        let written = RecipeSamples.problems(Self.yaml(model: model))
        #expect(written.count == 1, "\(written)")
        let sentence = "r.yaml:1:27: unknown key `model.contextLenght`; did you mean `model.contextLength`?"
        #expect(written.first?.hasPrefix(sentence) == true, "\(written)")
        let given = RecipeSamples.problems(Self.yaml(), overrides: ["preprocess.maen=imagenet"])
        #expect(given.count == 1 && given[0].contains("unknown key `preprocess.maen`"), "\(given)")
        #expect(given.first?.contains("stages") == false)
        // The stage's own keeps the stage's place.
        let own = RecipeSamples.problems(
            Self.yaml(model: model).replacing("imageSize: 224", with: "imageSiez: 224")
        )
        #expect(own.filter { $0.contains("`model.contextLenght`") }.count == 1, "\(own)")
        for number in 0..<2 {
            let path = "`stages.\(number).model.imageSiez`"
            #expect(
                own.filter { $0.hasPrefix("r.yaml:\(number + 4):") && $0.contains(path) }.count == 1,
                "\(own)"
            )
        }
    }

    /// An override of the run is not blamed for what a stage says itself.
    @Test func aStagesOwnValueHasItsOwnPlace() {
        let yaml = Self.yaml().replacing("learningRate: 1e-4", with: "learningRate: -1")
        let problems = RecipeSamples.problems(yaml, overrides: ["optimizer.learningRate=1e-3"])
        #expect(problems.count == 1)
        #expect(
            problems.first?.hasPrefix("r.yaml:5:") == true
                && problems[0].contains("`stages.1.optimizer.learningRate` is -1.0"),
            "\(problems)"
        )
    }

    @Test(arguments: [
        ("optimizer.learningRate=2e-3", "optimizer.learningRate"), ("batch=16", "batch"),
        ("model.imageSize=112", "model.imageSize"),
    ])
    func aValueThatNoStageHasIsWarnedOf(override: String, path: String) throws {
        let recipe = try Recipe(yaml: Self.yaml(), overrides: [override])
        #expect(recipe.warnings == [RecipeWarning(path: path, reason: "every stage has another value.")])
        // A run writes all of it into its directory.
        #expect(try Recipe(yaml: recipe.resolved).warnings == recipe.warnings)
    }

    @Test(arguments: [
        "optimizer.learningRate=1e-4", "optimizer.weightDecay=0.1", "stages.1.batch=16", "seed=3",
        "microBatch=auto",
        "objective.preset=fastclip-v3", "preprocess.mean=imagenet",
    ])
    func aValueOfSomeStageIsNot(override: String) throws {
        var recipe = try Recipe(yaml: Self.yaml(), overrides: [override])
        #expect(recipe.warnings.isEmpty, "\(recipe.warnings)")
        // What a run chose for each stage is no value beside the recipe's.
        for number in recipe.stages.indices where recipe.microBatch == .automatic {
            recipe.stages[number].recipe.microBatch = 8
        }
        #expect(recipe.warnings.isEmpty, "\(recipe.warnings)")
    }

    @Test func aPresetThatEveryStageReplacesIsWarnedOf() throws {
        let stages = Self.stages.replacing("length:", with: "objective: {preset: sogclr}, length:")
        let yaml =
            "model: {config: ViT-B-32}\ndata: {train: a.tar}\nobjective: {preset: fastclip-v1}\n\(stages)"
        #expect(try Recipe(yaml: yaml).warnings.map(\.path) == ["objective.preset"])
    }

    @Test func aRecipeOfAProgramIsCheckedToo() throws {
        var recipe = try Recipe(yaml: Self.yaml())
        #expect(recipe.problems.isEmpty)
        recipe.optimizer.learningRate = -1
        #expect(recipe.problems.map(\.path) == ["optimizer.learningRate"])
        recipe.stages[1].recipe.optimizer.learningRate = -1
        #expect(recipe.problems.map(\.path) == ["optimizer.learningRate"], "of two alike one is said")
        recipe.stages[1].recipe.optimizer.learningRate = -2
        #expect(
            recipe.problems.map(\.path) == ["optimizer.learningRate", "stages.1.optimizer.learningRate"]
        )
    }
}
