import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

/// What a run refuses without its data, a plan refuses in the same words.
@Suite struct PlanCheckTests {
    private let fixture: TrainingFixture

    init() throws {
        fixture = try TrainingFixture()
        try fixture.writeWeights("start")
        try fixture.writeWeights("empty")
        try FileManager.default.removeItem(at: fixture.url("empty/open_clip_model.safetensors"))
        try fixture.write(
            """
            {"model_cfg": {"embed_dim": 16,
              "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 1}},
             "swift_clip": {"text": {"kind": "embeddings", "width": 6, "projection": "linear"}}}
            """,
            to: "embeddings.json"
        )
    }

    private func refusal(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    /// What both say of a recipe.
    private func refusals(_ recipe: Recipe) -> (run: String, plan: String) {
        (
            refusal { _ = try TrainingRun.plan(recipe: recipe, output: .nullDevice) },
            refusal { _ = try CostPlan(recipe) }
        )
    }

    /// Changes of a recipe, in which `DIR` is the folder, and words of what is said of them.
    private static let refused: [([String], String)] = [
        (["tokens.text.budget=50"], "50 tokens are more than the 12 that the model takes"),
        (["tokens.text={reduction: syntax, tagger: DIR/tagger.json}"], "tokens.text.tagger"),
        (["tokens.image={mask: grid}", "model.imageSize=24"], "tokens.image.mask"),
        (["model.initialize=DIR/nothing"], "DIR/nothing"),
        (["model.initialize=DIR/empty"], "DIR/empty"),
        (["model.initialize=DIR/start", "model.imageSize=32"], "vision_cfg.image_size is 16 there and 32"),
        (
            ["model.initialize=DIR/start", "model.contextLength=8"],
            "text_cfg.context_length is 12 there and 8"
        ),
        (
            [
                "model.initialize=DIR/start", "model.positions=sincosMAE",
                "model.transfer.positions=interpolate",
            ], "Set model.transfer.positions to recompute"
        ),
        (["model.initialize=DIR/start", "preprocess.mean=inception"], "preprocess.mean"),
        (["optimizer.rates={visuel.*: 0.1}"], "no trained parameter has such a name"),
        (["train.freeze=['.*']", "temperature.rule=constant"], "there is nothing to train"),
        (["train.freeze=[visuel]"], "train.freeze.0"),
        (["model.config=DIR/embeddings.json", "tokens.text.budget=4"], "embeddings of captions"),
        (
            ["model.config=DIR/embeddings.json", "evaluate=[{kind: zeroshot, data: a}]"],
            "evaluations need a model that takes text"
        ),
    ]

    @Test(arguments: refused)
    func aPlanRefusesWhatARunDoes(overrides: [String], words: String) throws {
        let folder = fixture.folder.url.path
        let recipe = try fixture.recipe(overrides.map { $0.replacing("DIR", with: folder) })
        let (run, plan) = refusals(recipe)
        #expect(plan.contains(words.replacing("DIR", with: folder)), "\(plan)")
        #expect(plan == run)
    }

    private static let stages = [
        ("tokens: {text: {budget: 50}}", "`stages.1.tokens.text.budget`: 50 tokens"),
        ("model: {imageSize: 32}", "vision_cfg.image_size is 16 there and 32 in model.imageSize"),
        ("optimizer: {rates: {visuel.*: 0.1}}", "`stages.1.optimizer.rates.visuel.*`"),
        ("train: {freeze: ['.*']}, temperature: {rule: constant}", "`stages.1.train.freeze`"),
        ("start: {kind: initialize}, model: {initialize: DIR/nothing}", "DIR/nothing"),
    ]

    @Test(arguments: stages)
    func soItDoesOfALaterStage(second: String, words: String) throws {
        let folder = fixture.folder.url.path
        let text = "{name: a, length: 2 steps}, {name: b, length: 2 steps, \(second)}"
        let (run, plan) = refusals(try fixture.staged(text.replacing("DIR", with: folder)))
        #expect(plan.contains(words.replacing("DIR", with: folder)), "\(plan)")
        #expect(plan == run)
    }

    /// All of it is known before any data is opened, and no file is made.
    @Test func dataThatIsMissingHidesNothing() throws {
        let recipe = try fixture.recipe(["tokens.text.budget=50", "data.train=nowhere"])
        let before = try fixture.files("")
        let (run, plan) = refusals(recipe)
        #expect(run == plan && run.contains("50 tokens"))
        #expect(try fixture.files("") == before)
        let fitting = try fixture.recipe(["tokens.text.budget=12", "data.train=nowhere"])
        #expect(refusals(fitting).plan == "")
    }

    @Test func aBudgetThatSavesNothingIsTold() throws {
        let model = try String(contentsOf: fixture.url("model.json"), encoding: .utf8)
        try fixture.write(
            model.replacing("\"vocab_size\"", with: "\"no_causal_mask\": true, \"vocab_size\""),
            to: "model.json"
        )
        let notes = try CostPlan(fixture.recipe(["tokens.text.budget=6"])).unknown
        #expect(notes.contains { $0.contains("`tokens.text.budget` saves nothing") }, "\(notes)")
    }

    /// Of which no file is needed at all.
    @Test func whatTheRecipeItselfRulesOutIsFoundWhenItIsRead() {
        let budget = ["model.contextLength=8", "tokens.text.budget=9"]
        let long = RecipeSamples.problems(RecipeSamples.minimal, overrides: budget)
        #expect(long.count == 1 && long[0].contains("9 tokens are more than the 8"), "\(long)")
        #expect(
            RecipeSamples.problems(RecipeSamples.minimal, overrides: [budget[0], "tokens.text.budget=8"])
                == []
        )
        for (override, key) in [
            ("decay=10 minutes", "decay"), ("schedule=recommended", "schedule"), ("decay=50%", "decay"),
        ] {
            let timed = RecipeSamples.problems(
                RecipeSamples.minimal,
                overrides: [
                    "objective.preset=fastclip-v1", "length=1 hour", "objective.innerRate.\(override)",
                ]
            )
            #expect(timed.count == 1 && timed[0].contains("`objective.innerRate.\(key)`"), "\(timed)")
        }
        let epochs = ["objective.preset=fastclip-v1", "length=1 hour", "objective.innerRate.decay=2 epochs"]
        #expect(RecipeSamples.problems(RecipeSamples.minimal, overrides: epochs) == [])
    }

    private static let builtIn = [
        (["tokens.text.budget=78"], "78 tokens are more than the 77"),
        (["model.imageSize=100"], "`model.imageSize` is 100"),
        (["train.freeze=[visuel]"], "train.freeze.0"),
        (["optimizer.rates={visuel.*: 1}"], "no trained parameter has such a name"),
        (["model.config=RN50"], "RN50"),
        (
            [
                "length=null",
                "stages=[{name: a, length: 1 epochs}, {name: b, length: 1 epochs, model: {imageSize: 256}}]",
            ], "vision_cfg.image_size is 224 there and 256"
        ),
    ]

    @Test(arguments: builtIn)
    func builtInModelsAreKnownWithoutFiles(overrides: [String], words: String) throws {
        let recipe = try Recipe(yaml: RecipeSamples.minimal, overrides: overrides)
        let found = refusal { try recipe.validateBuiltInModels() }
        if words == "RN50" {
            #expect(found.contains("the model configuration asks for"), "\(found)")
        } else {
            #expect(found.contains(words), "\(found)")
        }
        // Nothing is known of another, or of weights.
        let other = try Recipe(
            yaml: RecipeSamples.minimal,
            overrides: overrides + ["model.config=no/such.json"]
        )
        #expect(refusal { try other.validateBuiltInModels() } == "")
    }

    @Test func whatWeightsSayIsNotGuessed() throws {
        let recipe = try Recipe(
            yaml: RecipeSamples.minimal,
            overrides: [
                "length=null", "model.initialize=weights",
                "stages=[{name: a, length: 1 epochs}, {name: b, length: 1 epochs, preprocess: {mean: inception}}]",
            ]
        )
        try recipe.validateBuiltInModels()
    }
}
