import CLIPLanguage
import CLIPModels
import Foundation
import Testing
import TorchNN

@testable import CLIPData
@testable import CLIPTraining

/// Recipes of language models on pairs of captions, and what is wrong with some.
@Suite struct LanguageRecipeTests {
    private static let plain = """
        model: {language: models/lm}
        data: {train: data/a.tar, captions: {fields: [txt, title.txt]}}
        batch: 8
        length: 1 epoch
        objective: {kind: captionContrastive}
        """

    private func problems(_ yaml: String = plain, _ overrides: [String] = []) -> [String] {
        do {
            _ = try Recipe(yaml: yaml, overrides: overrides)
            return []
        } catch {
            return (error as? RecipeError)?.problems.map(\.description) ?? ["\(error)"]
        }
    }

    @Test func theDefaultsAreThePapers() throws {
        let recipe = try Recipe(yaml: Self.plain)
        #expect(recipe.model.adapter.options == LowRankAdapter.Options())
        #expect(recipe.warnings.isEmpty)
        let pairs = try #require(recipe.captionPairs)
        #expect(pairs.temperature == 0.02 && !pairs.hardNegatives && pairs.singleCaptions == .skip)
        #expect(pairs.instruction == "Given a caption, retrieve a similar relevant caption.")
        #expect(recipe.model.encoding.encoding == SentenceEncoding())
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
        #expect(recipe.located(in: "/me").model.language == "/me/models/lm")
    }

    @Test func sourcesWithInstructionsSurviveTheRoundTrip() throws {
        let yaml = Self.plain.replacing(
            "train: data/a.tar",
            with:
                "train: [a.tar, {source: b.jsonl, pairs: true, instruction: 'Find: x'}, {source: c.tar, weight: 2}]"
        )
        let recipe = try Recipe(yaml: yaml)
        let entries = recipe.data.train.entries
        #expect(entries.map(\.pairs) == [false, true, false])
        #expect(entries.map(\.instruction) == [nil, "Find: x", nil])
        #expect(entries.map(\.weight) == [nil, nil, 2])
        #expect(try Recipe(yaml: recipe.resolved) == recipe)
        #expect(recipe.located(in: "/me").data.train.entries[1].instruction == "Find: x")
    }

    @Test(arguments: [
        ("model: {language: lm, config: ViT-B-32}", [], "a run trains one of them"),
        ("model: {}", [], "`model.config` is missing"),
        ("model: {config: ''}", ["objective.kind=contrastive"], "`model.config` is missing"),
        ("model: {config: ViT-B-32}", [], "compares captions with captions"),
        ("model: {language: lm}", ["objective={kind: contrastive}"], "a language model has no images"),
        ("model: {language: lm}", ["objective={kind: sigmoid}"], "take `captionContrastive`"),
        ("model: {language: lm}", ["microBatch=auto"], "give a number of pairs"),
        ("model: {language: lm}", ["data.captions.perImage=2"], "a pair has two captions"),
        ("model: {language: lm}", ["batch=1"], "2 or more"),
        ("model: {language: lm}", ["tokens.image={mask: random, drop: 0.5}"], "no patches to leave out"),
        ("model: {language: lm}", ["evaluate=[{kind: zeroshot, data: a}]"], "take `captions`"),
        (
            "model: {language: lm}", ["evaluate=[{kind: captions, data: a, captions: [txt]}]"],
            "name two different fields"
        ),
        ("model: {language: lm, adapter: {targets: [lm_head]}}", [], "a list of some of q_proj"),
        ("model: {language: lm, adapter: {rank: 0}}", [], "between 1 and 4096"),
        ("model: {language: lm}", ["objective.captionContrastive.temperature=0"], "between 0.001 and 10.0"),
        (
            "model: {config: ViT-B-32}",
            ["objective={kind: contrastive}", "data.train={source: a, instruction: x}"],
            "are for language models"
        ),
        ("model: {language: lm}", ["stages=[{name: a, length: 1 epoch}]"], "without stages"),
    ])
    func contradictionsAreRefused(_ model: String, _ overrides: [String], _ expected: String) {
        var yaml = Self.plain.replacing("model: {language: models/lm}", with: model)
        if overrides.contains(where: { $0.hasPrefix("stages") }) {
            yaml = yaml.replacing("length: 1 epoch\n", with: "")
        }
        let found = problems(yaml, overrides)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test(arguments: [
        ("augmentation.scale=[0.5, 1.0]", "augmentation"), ("data.alpha=white", "data.alpha"),
        ("model.imageSize=32", "model.imageSize"), ("temperature.initial=0.1", "temperature"),
        ("memoryLimit=1GiB", "memoryLimit"), ("tokens.text.budget=8", "tokens.text"),
        ("objective.epsilon=1e-6", "objective.epsilon"),
    ])
    func settingsWithoutEffectWarn(_ override: String, _ key: String) throws {
        let warnings = try Recipe(yaml: Self.plain, overrides: [override]).warnings
        #expect(warnings.contains { $0.path == key }, "\(warnings)")
        let towers = try Recipe(
            yaml: "model: {config: ViT-B-32, adapter: {rank: 8}}\ndata: {train: a}\nbatch: 8\nlength: 1 epoch"
        )
        #expect(towers.warnings.map(\.path) == ["model.adapter"])
    }

    private func failure(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func aCheckpointOfAnotherKindIsNamed() throws {
        let fixture = try LanguageFixture()
        let start = try TrainingFixture()
        try start.writeWeights("start")
        let clip = start.url("start").path
        let wrong = failure { try fixture.train(["model.language='\(clip)'"]) }
        #expect(wrong.contains("is a checkpoint of a model of images and texts"), "\(wrong)")
        let missing = failure { try fixture.train(["model.language=none"]) }
        #expect(missing.contains("there is no language model at"), "\(missing)")
        // And the reverse.
        let language = failure {
            try start.train(["model.initialize='\(fixture.url("lm").path)'"])
        }
        #expect(language.contains("lm"), "\(language)")
        #expect(!FileManager.default.fileExists(atPath: fixture.url("run").path) && !start.exists("run"))
    }

    @Test func badDataIsNamed() throws {
        let fixture = try LanguageFixture()
        let field = failure { try fixture.train(["data.captions.sources={a: rewrite.txt, b: other.txt}"]) }
        #expect(field.contains("rewrite.txt"), "\(field)")
        let single = failure { try fixture.train(["data.captions.sources={a: txt}"]) }
        #expect(single.contains("single caption") && single.contains("a pair takes two"), "\(single)")
        try fixture.train(
            ["data.captions.sources={a: txt}", "objective.captionContrastive.singleCaptions=pair"],
            in: "pairs"
        )
        let small = failure { try fixture.train(["batch=64"], in: "large") }
        #expect(small.contains("fewer than one batch of 64"), "\(small)")
    }

    @Test func anAdapterOfAnotherModelIsNamed() throws {
        let fixture = try LanguageFixture()
        try fixture.train(["length=3 steps"])
        try LanguageFixture.writeModel(fixture.url("wide"), width: 24)
        let wide = "model.language='\(fixture.url("wide").path)'"
        let resumed = failure { try fixture.resume([wide, "length=6 steps"]) }
        #expect(resumed.contains("is not the one whose adapter") && resumed.contains("wide"), "\(resumed)")
        let rank = failure { try fixture.resume(["model.adapter.rank=2", "length=6 steps"]) }
        #expect(rank.contains("Name the model that it was made for"), "\(rank)")
        let started = failure {
            try fixture.train([wide, "model.initialize='\(fixture.url("run").path)'"], in: "next")
        }
        #expect(started.contains("another base model"), "\(started)")
        let none = failure { try fixture.train(["model.initialize='\(fixture.url("lm").path)'"], in: "next") }
        #expect(none.contains("adapter_config.json"), "\(none)")
        // What was refused changed nothing.
        try fixture.resume(["length=6 steps"])
    }
}
