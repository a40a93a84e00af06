import Testing

@testable import CLIPTraining

@Suite struct RecipeProblemTests {
    private static let unknown = [
        ("optimiser: {}", "r.yaml:7:1: unknown key `optimiser`; did you mean `optimizer`?"),
        ("optimizer: {lr: 1e-3}", "unknown key `optimizer.lr`; did you mean `optimizer.learningRate`?"),
        ("optimizer: {learning_rate: 1}", "did you mean `optimizer.learningRate`?"),
        ("optimizer: {weigthDecay: 1}", "did you mean `optimizer.weightDecay`?"),
        ("learningRate: 1", "unknown key `learningRate`; did you mean `optimizer.learningRate`?"),
        ("learningrate: 1", "did you mean `optimizer.learningRate`?"),
        ("warmup: 5%", "unknown key `warmup`; did you mean `schedule.warmup`?"),
        ("batch_size: 1", "unknown key `batch_size`; did you mean `batch`?"),
        ("epochs: 3", "unknown key `epochs`; did you mean `length`?"),
        ("zebra: 3", "unknown key `zebra`. Valid keys here: seed, model, data,"),
        ("grad_checkpointing: blocks", "did you mean `activationCheckpointing`?"),
        ("micro_batch: 8", "unknown key `micro_batch`; did you mean `microBatch`?"),
        ("accum_freq: 8", "did you mean `microBatch`?"),
        ("ema: {deccay: 1}", "unknown key `ema.deccay`; did you mean `ema.decay`? Valid keys here: decay."),
        ("evaluate: [{kind: zeroshot, data: a, evry: 1 epoch}]", "did you mean `evaluate.0.every`?"),
        ("1: 2", "unknown key `1`"),
    ]

    @Test(arguments: unknown)
    func unknownKeysAreNamed(line: String, expected: String) {
        let problems = RecipeSamples.problems(RecipeSamples.minimal + "\n" + line)
        #expect(problems.count == 1)
        #expect(problems.first?.contains(expected) == true, "\(problems)")
    }

    private static let wrong = [
        ("seed: -1", "`seed`: found the number -1, expected a whole number, zero or more"),
        ("seed: 1.5", "found the number 1.5, expected a whole number"),
        ("augmentation: 3", "`augmentation`: found the number 3, expected a mapping of scale, ratio"),
        ("augmentation: {scale: 0.9}", "expected a list of two numbers, the smaller first"),
        ("augmentation: {scale: [1, 0.9]}", "expected a list of two numbers, the smaller first"),
        (
            "augmentation: {scale: [0, 1]}",
            "`augmentation.scale` is [0.0, 1.0]; it must be two numbers above 0"
        ),
        ("augmentation: {horizontalFlip: 1.5}", "is 1.5; it must be between 0.0 and 1.0"),
        ("augmentation: {interpolation: bicubc}", "(did you mean `bicubic`?)"),
        (
            "preprocess: {mean: [0.5, 0.5]}",
            "expected `openai` or `imagenet` or `inception`, or a list of three numbers"
        ),
        ("preprocess: {std: [0, 1, 1]}", "`preprocess.std` is [0.0, 1.0, 1.0]; it must be greater than 0"),
        ("optimizer: {learningRate: fast}", "r.yaml:7:27: `optimizer.learningRate`: found the text 'fast'"),
        ("optimizer: {learningRate: 0}", "is 0.0; it must be greater than 0.0"),
        ("optimizer: {learningRate: '1e-3'}", "found the text '1e-3', expected a number"),
        ("optimizer: {learningRate: .nan}", "expected a number"),
        ("optimizer: {learningRate: nan}", "expected a number"),
        ("optimizer: {learningRate: inf}", "expected a number"),
        ("optimizer: {learningRate: [1]}", "found a list of 1, expected a number"),
        ("optimizer: {learningRate: }", "found nothing, expected a number"),
        ("optimizer: {betas: [0.9, 1]}", "must be two numbers, 0 or more and less than 1"),
        ("optimizer: {betas: 0.9}", "expected a list of two numbers"),
        ("optimizer: {gradientClipNorm: -1}", "must be greater than 0.0"),
        ("optimizer: {kind: lamp}", "expected `adamw` or `lamb` or `lion` or `sgd` (did you mean `lamb`?)"),
        ("optimizer: {kind: sgd, momentum: 1}", "must be 0.0 or more and less than 1.0"),
        ("optimizer: {rates: 0.1}", "found the number 0.1, expected a mapping of name patterns to numbers"),
        ("optimizer: {rates: {visual.*: fast}}", "`optimizer.rates.visual.*`: found the text 'fast'"),
        (
            "optimizer: {rates: {visual.*: -1}}",
            "`optimizer.rates.visual.*` is -1.0; it must be 0.0"
        ),
        ("optimizer: {rates: {'': 1}}", "expected a pattern such as `visual.*`"),
        ("temperature: {schedule: threshold}", "expected `shared` or `constant` or `stepThreshold`"),
        ("storage: {moments: float16}", "expected `float32` or `bfloat16` (did you mean `bfloat16`?)"),
        ("storage: {towers: image}", "expected `all` or `text`"),
        ("objective: {maskEqualCaptions: yes}", "found the text 'yes', expected `true` or `false`"),
        ("objective: {workspace: 3 bananas}", "expected an amount of memory, such as `256 MiB`"),
        ("objective: {workspace: 12}", "must be 1 MiB or more"),
        ("objective: {normalizer: net}", "expected `batch` or `movingAverage` or `network`"),
        ("objective: {preset: fastclip}", "expected `clip` or"),
        ("objective: {network: {prototypes: 0}}", "must be between 1 and 16777216"),
        ("objective: {network: {restart: 0}}", "must be 1 or more"),
        ("objective: {innerRate: {minimum: 0}}", "must be greater than 0 and at most 1"),
        ("temperature: {rule: individual}", "individual temperatures need a rate of their own"),
        ("temperature: {minimumScale: 200}", "not below maximumScale 100.0"),
        ("temperature: {rho: -1}", "must be 0.0 or more"),
        ("temperature: {initial: 0.001}", "starts at the scale 1000.0, above maximumScale 100.0"),
        ("schedule: {warmup: 2000}", "found the number 2000, expected a duration with its unit"),
        ("schedule: {warmup: -5 steps}", "expected a duration with its unit"),
        ("schedule: {warmup: 5 parsecs}", "expected a duration with its unit"),
        (
            "schedule: {warmup: 3 epochs}",
            "the warm-up (3 epochs) lasts as long as the run (3 epochs) or longer"
        ),
        ("schedule: {warmup: 100%}", "would never reach its peak"),
        ("schedule: {warmup: 10 minutes}", "needs a length by the clock"),
        ("schedule: {minimum: 1}", "above the peak"),
        ("precision: fp16", "expected `float32` or `bfloat16`"),
        ("microBatch: 0", "`microBatch` is 0; it must be 1 or more"),
        ("microBatch: -64", "`microBatch` is -64; it must be 1 or more"),
        ("microBatch: 257", "`microBatch`: a part of 257 pairs is larger than the batch of 256"),
        ("microBatch: half", "`microBatch`: found the text 'half', expected a whole number"),
        ("microBatch: 1.5", "found the number 1.5, expected a whole number"),
        ("activationCheckpointing: yes", "found the text 'yes', expected `none` or `blocks`"),
        ("activationCheckpointing: true", "found the truth value true, expected `none` or `blocks`"),
        ("ema: true", "found the truth value true, expected a mapping of decay"),
        ("ema: {decay: 1}", "must be 0.0 or more and less than 1.0"),
        ("checkpoint: {keep: 0}", "must be 1 or more"),
        ("checkpoint: {every: 0}", "must be longer than 0"),
        ("evaluate: {kind: zeroshot}", "found a mapping of 1 keys, expected a list"),
        ("evaluate: [{kind: zeroshot}]", "`evaluate.0.data` is missing"),
        ("evaluate: [{data: a}]", "`evaluate.0.kind` is missing"),
        ("device: gpu", "expected `auto`, `cpu`, `cuda` or `cuda:N`"),
        ("device: cuda:-1", "expected `auto`, `cpu`, `cuda` or `cuda:N`"),
        ("threads: 0", "must be between 1 and 1024, or `auto`"),
        ("threads: many", "expected a whole number, or `auto`"),
        ("batch: 3", "`batch` is given more than once"),
        ("seed: [", "not valid YAML"),
    ]

    @Test(arguments: wrong)
    func wrongValuesAreExplained(line: String, expected: String) {
        let problems = RecipeSamples.problems(RecipeSamples.minimal + "\n" + line)
        #expect(problems.count == 1)
        #expect(problems.first?.contains(expected) == true, "\(problems)")
    }

    private static let data = [
        ("train: ''", "`data.train` is ''; it must be the path of one shard or more"),
        ("train: []", "`data.train` is []"),
        ("train: {source: a, weight: 0}", "must be greater than 0"),
        ("train: 12", "found the number 12, expected text"),
        ("{train: a, captions: {fields: []}}", "must be a list of one or more different, non-empty names"),
        ("{train: a, captions: {fields: [a, a]}}", "must be a list of one or more different"),
        (
            "{train: a, captions: {fields: [a, b], rule: weighted, weights: [1]}}",
            "there are 1 weights for 2 fields"
        ),
        ("{train: a, captions: {rule: weighted}}", "there are no weights for 1 fields"),
        ("{train: a, captions: {rule: weighted, weights: [0]}}", "must be numbers above 0"),
        ("{train: a, maximumBadSampleRate: 2}", "must be between 0.0 and 1.0"),
        ("{train: a, maximumPixels: 0}", "must be 1 or more"),
        ("{captions: {}}", "`data.train` is missing"),
    ]

    @Test(arguments: data)
    func badSourcesAreExplained(line: String, expected: String) {
        let problems = RecipeSamples.problems(
            "model: {config: a}\nbatch: 8\nlength: 1 epoch\ndata:\n  \(line)"
        )
        #expect(problems.count == 1)
        #expect(problems.first?.contains(expected) == true, "\(problems)")
    }

    @Test(arguments: ["", "# only a comment", "model:\ndata: {}"])
    func allMissingKeysAreListed(yaml: String) {
        let problems = RecipeSamples.problems(yaml)
        #expect(problems.count == 4)
        for key in ["model.config", "data.train", "batch", "length"] {
            #expect(problems.contains { $0.contains("`\(key)` is missing") }, "\(key) in \(problems)")
        }
    }

    @Test func allProblemsComeAtOnceInOrder() {
        let problems = RecipeSamples.problems(
            """
            batch: 1
            modle: {}
            model: {config: 3}
            data: {train: a}
            length: 50%
            optimizer:
              learningRate: -1
              betas: x
            """
        )
        let places = problems.map { $0.split(separator: " ").first ?? "" }
        #expect(
            places == [
                "r.yaml:1:8:", "r.yaml:2:1:", "r.yaml:3:17:", "r.yaml:5:9:", "r.yaml:7:17:", "r.yaml:8:10:",
            ]
        )
    }

    @Test func otherDocumentsAreRefused() {
        #expect(RecipeSamples.problems("- a").first?.contains("the recipe: found a list of 1") == true)
        #expect(RecipeSamples.problems("text").first?.contains("the recipe: found the text 'text'") == true)
    }

    @Test func aMissingFileIsNamed() {
        let error = #expect(throws: RecipeError.self) { try Recipe(contentsOf: "/nowhere/r.yaml") }
        #expect(error?.description.contains("there is no file /nowhere/r.yaml") == true)
    }

    @Test func validateFindsAllProblemsOfAValueMadeInAProgram() throws {
        var recipe = try RecipeSamples.minimalRecipe()
        recipe.batch = 0
        recipe.optimizer.learningRate = -1
        recipe.ema = Recipe.WeightAverage()
        recipe.ema?.decay = 2
        let error = #expect(throws: RecipeError.self) { try recipe.validate() }
        #expect(error?.problems.map(\.path).sorted() == ["batch", "ema.decay", "optimizer.learningRate"])
    }

    private static let ignored = [
        ("temperature: {rule: constant, learningRate: 1}", "temperature.learningRate"),
        ("temperature: {rule: constant, maximumScale: 50}", "temperature.maximumScale"),
        ("schedule: {kind: constant, minimum: 1e-5}", "schedule.minimum"),
        ("device: cpu\ndeterministic: true", "deterministic"),
        ("microBatch: 256", "microBatch"),
        ("optimizer: {momentum: 0.5}", "optimizer.momentum"),
        ("optimizer: {kind: lamb, nesterov: true}", "optimizer.nesterov"),
        ("optimizer: {kind: lion, epsilon: 1e-8}", "optimizer.epsilon"),
        ("optimizer: {kind: sgd, epsilon: 1e-8}", "optimizer.epsilon"),
        ("optimizer: {kind: sgd, betas: [0.5, 0.5]}", "optimizer.betas"),
        ("optimizer: {kind: sgd, momentum: 0, nesterov: true}", "optimizer.nesterov"),
        ("temperature: {rule: constant, schedule: constant}", "temperature.schedule"),
        ("storage: {towers: text}", "storage.towers"),
        ("storage: {moments: bfloat16}\noptimizer: {kind: sgd, momentum: 0}", "storage.moments"),
    ]

    @Test(arguments: ignored)
    func settingsWithoutEffectAreWarnedAbout(lines: String, path: String) throws {
        let recipe = try Recipe(yaml: RecipeSamples.minimal + "\n" + lines)
        #expect(recipe.warnings.map(\.path) == [path])
    }

    @Test func weightsBesideAnotherRuleAreWarnedAboutAndLeftOut() throws {
        let recipe = try Recipe(yaml: RecipeSamples.minimal, overrides: ["data.captions.weights=[2]"])
        #expect(recipe.warnings.map(\.path) == ["data.captions.weights"])
        _ = try recipe.captionPolicy()
    }

    @Test func aTemperatureBesideGivenWeightsIsTheRecipesOwn() throws {
        func own(_ overrides: [String]) throws -> Double? {
            let recipe = try Recipe(
                yaml: RecipeSamples.minimal,
                overrides: ["model.initialize=start"] + overrides
            )
            #expect(recipe.warnings.isEmpty)
            return recipe.ownTemperature
        }
        #expect(try own(["temperature.initial=0.05"]) == 0.05)
        #expect(try own(["temperature.initial=0.07"]) == 0.07)
        #expect(try own([]) == nil)
        #expect(try own(["objective.preset=siglip"]) == nil)
        #expect(try own(["objective.preset=siglip", "temperature.initial=0.2"]) == 0.2)
    }
}
