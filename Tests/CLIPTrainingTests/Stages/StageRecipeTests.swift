import Testing

@testable import CLIPTraining

@Suite struct StageRecipeTests {
    private static let base = """
        model: {config: ViT-B-32}
        data: {train: 'shards/{000..009}.tar'}
        batch: 256
        """

    private func recipe(_ stages: String, base: String = base, _ overrides: [String] = []) throws -> Recipe {
        try Recipe(yaml: base + "\nstages:\n" + stages, name: "r.yaml", overrides: overrides)
    }

    private func problems(_ stages: String, base: String = base, _ overrides: [String] = [])
        -> [RecipeProblem]
    {
        let error = #expect(throws: RecipeError.self) { try recipe(stages, base: base, overrides) }
        return error?.problems ?? []
    }

    private static let two = """
          - {name: first, length: 2 epochs, batch: 1024}
          - name: second
            length: 100 steps
            optimizer: {learningRate: 1e-5}
            carry: {optimizer: keep}
        """

    @Test func stagesTakeTheRunsValuesAndTheirOwn() throws {
        let recipe = try recipe(Self.two)
        #expect(recipe.stages.map(\.name) == ["first", "second"])
        #expect(recipe.stages.map(\.recipe.batch) == [1024, 256])
        #expect(recipe.stages.map(\.recipe.length) == [.epochs(2), .steps(100)])
        #expect(recipe.stages.map(\.recipe.optimizer.learningRate) == [5e-4, 1e-5])
        #expect(recipe.stages.map(\.recipe.model.config) == ["ViT-B-32", "ViT-B-32"])
        #expect(recipe.stages[0].carry == Recipe.Carry() && recipe.stages[1].carry.optimizer == .keep)
        #expect(recipe.allStages == recipe.stages)
    }

    /// The stage continues with the model of the one before, so what it says is said over that.
    @Test func aStageThatReturnsToTheRunsModelReadsBack() throws {
        let recipe = try recipe(
            """
              - {name: a, length: 1 steps}
              - name: b
                length: 1 steps
                model: {config: ViT-B-16, transfer: {positions: interpolate}}
                preprocess: {interpolation: bilinear}
              - name: c
                length: 1 steps
                model: {config: ViT-B-32, transfer: {positions: interpolate}}
                preprocess: {interpolation: bicubic}
            """
        )
        #expect(recipe.stages.map(\.recipe.model.config) == ["ViT-B-32", "ViT-B-16", "ViT-B-32"])
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    /// `null` is a preset's absence, and not the run's preset.
    @Test func aPresetTakesThePlaceOfNone() throws {
        let recipe = try recipe(
            """
              - {name: a, length: 1 steps}
              - {name: b, length: 1 steps, objective: {preset: null, kind: contrastive, normalizer: batch}}
            """,
            base: Self.base + "\nobjective: {preset: fastclip-v3}",
            [
                "stages.1.objective.preset=fastclip-v3", "stages.1.objective.normalizer=movingAverage",
                "stages.1.objective.multiplyByTemperature=true",
            ]
        )
        #expect(recipe.stages[1].recipe.objective == recipe.stages[0].recipe.objective)
    }

    @Test func resolvedRecipesReadBack() throws {
        let presets = """
              - {name: first, length: 2 epochs, objective: {preset: fastclip-v3}, ema: {decay: 0.99}}
              - name: second
                length: 1h
                batch: 64
                objective: {preset: neuclip, multiplyByTemperature: false}
                carry: {normalizer: reset, ema: reset}
                evaluate: [{kind: normalizer}]
              - {name: third, length: 10 steps, objective: {preset: siglip}, carry: {normalizer: reset}}
            """
        for stages in [Self.two, presets] {
            let recipe = try recipe(stages)
            let again = try Recipe(yaml: recipe.resolved)
            #expect(again == recipe)
            #expect(try again.resolved == recipe.resolved)
        }
        #expect(
            try recipe(presets).stages.map(\.recipe.objective.preset) == [.fastclipV3, .neuclip, .siglip]
        )
    }

    @Test func nullTakesAnOptionalSectionOut() throws {
        let recipe = try recipe(
            "  - {name: a, length: 1 epochs}\n  - {name: b, length: 1 epochs, ema: null, carry: {ema: reset}}",
            base: Self.base + "\nema: {decay: 0.9}"
        )
        #expect(recipe.stages[0].recipe.ema?.decay == 0.9 && recipe.stages[1].recipe.ema == nil)
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    @Test func overridesReachOneStageOrAll() throws {
        let overrides = ["stages.1.batch=64", "optimizer.weightDecay=0.5"]
        let recipe = try recipe(Self.two, overrides)
        #expect(recipe.stages.map(\.recipe.batch) == [1024, 64])
        #expect(recipe.stages.map(\.recipe.optimizer.weightDecay) == [0.5, 0.5])
    }

    @Test func whatASampleStateFilesNeedNotStandAtTheTop() throws {
        let base = "model: {config: ViT-B-32}\ndata: {train: a.tar}"
        let recipe = try recipe("  - {name: a, length: 1 epochs, batch: 8}", base: base)
        #expect(recipe.stages[0].recipe.batch == 8)
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
        #expect(problems("  - {name: a, length: 1 epochs}", base: base).map(\.path) == ["batch"])
    }

    @Test(arguments: [
        ("  - {name: a}", "stages.0.length"),
        ("  - {length: 1 epochs}", "stages.0.name"),
        ("  - {name: a b, length: 1 epochs}", "stages.0.name"),
        ("  - {name: a, length: 0}", "stages.0.length"),
        ("  - {name: a, length: 50%}", "stages.0.length"),
        ("  - {name: a, length: 1 epochs, bacth: 8}", "stages.0.bacth"),
        ("  - {name: a, length: 1 epochs, batch: 1}", "stages.0.batch"),
        ("  - {name: a, length: 1 epochs, optimizer: {lr: 1}}", "stages.0.optimizer.lr"),
        ("  - {name: a, length: 1 epochs, seed: 5}", "stages.0.seed"),
        ("  - {name: a, length: 1 epochs, data: {cache: {directory: /tmp}}}", "stages.0.data.cache"),
        ("  - {name: a, length: 1 epochs, device: cpu}", "stages.0.device"),
        ("  - {name: a, length: 1 epochs, stages: []}", "stages.0.stages"),
        ("  - {name: a, length: 1 epochs, start: {kind: grow}}", "stages.0.start.kind"),
        ("  - {name: a, length: 1 epochs, carry: {optimizer: map}}", "stages.0.carry.optimizer"),
        ("  - {name: a, length: 1 epochs, carry: {epochs: keep}}", "stages.0.carry.epochs"),
        ("  - {name: a, length: 1 epochs, train: {freeze: ['(']}}", "stages.0.train.freeze.0"),
        ("  - 5", "stages.0"),
        ("  - {name: a, length: 1 epochs}\n  - {name: a, length: 1 epochs}", "stages.1.name"),
        (
            "  - {name: a, length: 1 epochs}\n  - {name: b, length: 1 epochs, model: {config: RN50}}",
            "stages.1.model.config"
        ),
        (
            "  - {name: a, length: 1 epochs}\n  - {name: b, length: 1 epochs, model: {initialize: x}}",
            "stages.1.model.initialize"
        ),
    ])
    func whatIsWrongIsNamedByTheStagesPath(stages: String, path: String) {
        #expect(problems(stages).map(\.path) == [path])
    }

    @Test func problemsHavePlacesInTheFileAndOnTheCommandLine() {
        let written = problems("  - {name: a, length: 1 epochs, batch: 1}")
        #expect(written.first?.location == .file("r.yaml", line: 5, column: 40))
        let typed = problems(Self.two, ["stages.1.batch=0"])
        #expect(typed.first?.location == .override("stages.1.batch=0"))
        #expect(typed.first?.path == "stages.1.batch")
        // What the run says is wrong once, and not in each stage.
        let shared = problems(Self.two, base: Self.base + "\noptimizer: {betas: [2, 0.9]}")
        #expect(shared.map(\.path) == ["optimizer.betas"])
    }

    @Test func aSuggestionNamesTheStagesKey() {
        let text = problems("  - {name: a, length: 1 epochs, bacth: 8}").first?.description
        #expect(text?.contains("did you mean `stages.0.batch`?") == true)
    }

    @Test func aLengthAtTheTopIsRefused() {
        #expect(problems(Self.two, base: Self.base + "\nlength: 3 epochs").map(\.path) == ["length"])
    }

    @Test func anotherPlaceThanThereIsIsRefused() {
        #expect(problems(Self.two, ["stages.2.batch=8"]).map(\.path) == ["stages.2.batch"])
    }

    @Test func stateThatTheNextStageCannotHoldNamesBoth() {
        func problem(_ first: String, _ second: String) -> RecipeProblem? {
            let found = problems(
                "  - {name: one, length: 1 epochs, \(first)}\n  - {name: two, length: 1 epochs, \(second)}"
            )
            #expect(found.count == 1, "\(found)")
            return found.first
        }
        let network = problem("objective: {preset: neuclip}", "objective: {preset: clip}")
        #expect(network?.path == "stages.1.carry.normalizer")
        #expect(
            network?.description.contains("`one`") == true && network?.description.contains("`two`") == true
        )
        let averages = problem("objective: {preset: sogclr}", "objective: {preset: isogclr}")
        #expect(averages?.path == "stages.1.carry.normalizer")
        let ema = problem("ema: {}", "ema: null")
        #expect(ema?.path == "stages.1.carry.ema" && ema?.description.contains("`one`") == true)
        let moments = problem("batch: 8", "optimizer: {kind: lion}, carry: {optimizer: keep}")
        #expect(moments?.path == "stages.1.carry.optimizer")
        #expect(
            moments?.description.contains("adamw") == true && moments?.description.contains("lion") == true
        )
        let frozen = problem("batch: 8", "train: {freeze: ['visual\\..*']}, carry: {optimizer: keep}")
        #expect(frozen?.path == "stages.1.carry.optimizer")
        let bias = problem("batch: 8", "objective: {preset: siglip}, carry: {optimizer: keep}")
        #expect(bias?.description.contains("logit_bias") == true)
        let fresh = problem("batch: 8", "start: {kind: initialize}, carry: {ema: keep}")
        #expect(fresh?.path == "stages.1.carry.ema")
    }

    @Test func aPresetThatTheRunsOwnValuesHideIsRefused() {
        let found = problems(
            "  - {name: a, length: 1 epochs}\n  - {name: b, length: 1 epochs, objective: {preset: neuclip}}",
            base: Self.base + "\nobjective: {normalizer: movingAverage}"
        )
        #expect(found.map(\.path) == ["stages.1.objective.normalizer"])
        #expect(found.first?.description.contains("the preset `neuclip`") == true)
        #expect(found.first?.description.contains("--set stages.1.objective.normalizer=network") == true)
    }

    @Test func warningsNameTheStage() throws {
        let recipe = try recipe(
            "  - {name: a, length: 1 epochs}\n  - {name: b, length: 1 epochs, objective: {epsilon: 1e-3}}"
        )
        #expect(recipe.warnings.map(\.path) == ["stages.1.objective.epsilon"])
        #expect(recipe.problems.isEmpty)
    }

    @Test func aRecipeWithoutStagesIsOne() throws {
        let recipe = try Recipe(yaml: Self.base + "\nlength: 1 epochs\nstages: []")
        #expect(recipe.allStages.count == 1 && recipe.allStages[0].recipe == recipe)
    }

    @Test func sectionsOfTheRunStayWhereStagesStateTheirRequiredKeys() throws {
        let base = """
            model: {initialize: start}
            data: {captions: {fields: [title]}, imageFields: [webp], cache: {directory: cache}}
            batch: 8
            """
        let stages = "  - {name: a, length: 1 epochs, model: {config: ViT-B-32}, data: {train: a.tar}}"
        let recipe = try recipe(stages, base: base)
        #expect(recipe.stages[0].recipe.data.captions.fields == ["title"])
        let again = try Recipe(yaml: recipe.resolved)
        #expect(again == recipe && again.stages[0].recipe.data.imageFields == ["webp"])
        #expect(again.stages[0].recipe.model.initialize == "start")
    }

    @Test func theOrderOfAStagesOwnSourcesAndRatesCounts() throws {
        let base =
            "model: {config: ViT-B-32}\ndata: {train: a.tar, captions: {sources: {alt: txt, llm: 'json:llm'}}}\nbatch: 8\n"
            + "optimizer: {rates: {'visual.*': 0.1}}"
        let stages =
            "  - {name: a, length: 1 epochs, data: {captions: {sources: {llm: 'json:llm', alt: txt}}}, optimizer: {rates: {}}}"
        let recipe = try recipe(stages, base: base)
        #expect(recipe.stages[0].recipe.data.captions.sourceNames == ["llm", "alt"])
        #expect(recipe.stages[0].recipe.optimizer.rates == [:])
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    @Test func aStageContinuesWithTheModelBeforeItWhicheverThatIs() throws {
        let stages = """
              - {name: a, length: 1 epochs}
              - {name: b, length: 1 epochs, start: {kind: initialize}, model: {config: ViT-B-16}, preprocess: {mean: inception}}
              - {name: c, length: 1 epochs}
            """
        let recipe = try recipe(stages)
        #expect(recipe.stages.map(\.recipe.model.config) == ["ViT-B-32", "ViT-B-16", "ViT-B-16"])
        #expect(recipe.stages[2].recipe.preprocess == recipe.stages[1].recipe.preprocess)
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
    }

    @Test func aPresetOverASettledRecipeReachesTheStagesWithoutOne() throws {
        let stages = """
              - {name: a, length: 1 epochs}
              - {name: b, length: 1 epochs, objective: {preset: sogclr}, carry: {normalizer: reset}}
            """
        let settled = try recipe(stages).resolved
        let carry = "stages.1.carry.normalizer=reset"
        let all = try Recipe(yaml: settled, overrides: ["objective.preset=neuclip", carry])
        #expect(all.stages.map(\.recipe.objective.preset) == [.neuclip, .sogclr])
        #expect(all.stages.map(\.recipe.objective.normalizer) == [.network, .movingAverage])
        #expect(try all.stages[1].recipe == recipe(stages).stages[1].recipe)
        let one = try Recipe(yaml: settled, overrides: ["stages.1.objective.preset=neuclip", carry])
        #expect(one.stages.map(\.recipe.objective.normalizer) == [.batch, .network])
        #expect(one.stages[1].recipe.temperature == all.stages[0].recipe.temperature)
        #expect(try Recipe(yaml: one.resolved) == one)
    }

    @Test func aStagesPresetOverTheRunsOwnValuesSaysWhatStays() throws {
        var notices: [String] = []
        let recipe = try Recipe(
            yaml: Self.base + """

                objective: {preset: fastclip-v3, innerRate: {minimum: 0.4}}
                temperature: {rho: 6.5}
                stages:
                  - {name: a, length: 1 epochs}
                  - {name: b, length: 1 epochs, objective: {preset: fastclip-v1}}
                """
        ) { notices.append($0) }
        let stage = recipe.stages[1].recipe
        #expect(stage.temperature.rule == .constant && stage.temperature.rho == 0)
        #expect(stage.objective.innerRate.minimum == 0.4 && stage.warnings.isEmpty)
        #expect(
            notices.count == 1 && notices[0].contains("--set stages.1.objective.innerRate.minimum=0.2"),
            "\(notices)"
        )
    }

    @Test func keysOfAStageAreNamedWhereOneIsUnknown() {
        let found = problems(
            "  - {name: a, length: 1 epochs, optimizer: {lerningRate: 3}, sched: 1, seed: 1}"
        )
        #expect(
            found.map(\.path).sorted() == [
                "stages.0.optimizer.lerningRate", "stages.0.sched", "stages.0.seed",
            ]
        )
        let text = found.first { $0.path == "stages.0.sched" }?.description ?? ""
        #expect(text.contains("carry, ") && !text.contains("deterministic"))
    }

    @Test func aProblemOfSomeStagesOnlyNamesThem() {
        let found = problems(
            "  - {name: a, length: 1 epochs}\n  - {name: b, length: 1 epochs, batch: 4}",
            base: Self.base + "\nmicroBatch: 8"
        )
        #expect(found.map(\.path) == ["stages.1.microBatch"])
    }

    @Test func overridesThatAddStagesAreQuoted() throws {
        let override = "stages=[{name: a, length: 2 steps, batc: 3}]"
        let error = #expect(throws: RecipeError.self) {
            try Recipe(yaml: Self.base + "\nlength: 1 epochs", overrides: ["length=null", override])
        }
        #expect(error?.problems.map(\.location) == [.override(override)])
        #expect(throws: RecipeError.self) {
            try Recipe(yaml: Self.base + "\nlength: 1 epochs", overrides: ["stages.0.batch=4"])
        }
    }

    @Test(arguments: [
        ("carry: {optimizer: keep}", "batch: 8", "stages.0.carry"),
        ("batch: 8", "temperature: {initial: 0.05}", "stages.1.temperature.initial"),
    ])
    func whatHasNoEffectInAStageIsWarnedOf(first: String, second: String, path: String) throws {
        let recipe = try recipe(
            "  - {name: a, length: 1 epochs, \(first)}\n  - {name: b, length: 1 epochs, \(second)}"
        )
        #expect(recipe.warnings.map(\.path) == [path])
    }

    @Test(arguments: [
        ("batch: 8", "preprocess: {mean: inception}", "stages.1.preprocess"),
        (
            "optimizer: {kind: sgd}", "optimizer: {kind: sgd, momentum: 0}, carry: {optimizer: keep}",
            "stages.1.carry.optimizer"
        ),
        (
            "objective: {preset: neuclip}",
            "objective: {preset: neuclip}, start: {kind: initialize}, carry: {normalizer: keep}",
            "stages.1.carry.normalizer"
        ),
    ])
    func transitionsThatCannotBeAreRefused(first: String, second: String, path: String) {
        let found = problems(
            "  - {name: a, length: 1 epochs, \(first)}\n  - {name: b, length: 1 epochs, \(second)}"
        )
        #expect(found.map(\.path) == [path])
    }
}
