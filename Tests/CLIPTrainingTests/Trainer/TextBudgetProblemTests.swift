import CLIPModels
import Foundation
import Testing

@testable import CLIPData
@testable import CLIPTraining

/// Budgets that cannot be, or do nothing.
@Suite struct TextBudgetProblemTests {
    private func fixture() throws -> TrainingFixture { try TrainingFixture() }

    private func problem(_ fixture: TrainingFixture, _ overrides: [String], _ parts: RunParts = RunParts())
        throws -> RecipeProblem?
    {
        let error = #expect(throws: RecipeError.self) {
            _ = try TrainingRun.start(
                recipe: fixture.recipe(overrides),
                directory: fixture.url("run"),
                parts: parts,
                interrupt: InterruptFlag(signals: []),
                output: .nullDevice
            )
        }
        #expect(!fixture.exists("run"))
        return error?.problems.first
    }

    @Test func whatCannotBeIsRefusedBeforeThereIsARun() throws {
        let fixture = try fixture()
        let long = try problem(fixture, ["tokens.text.budget=13"])
        #expect(long?.path == "tokens.text.budget")
        #expect(
            long?.description.contains("13 tokens are more than the 12") ?? false,
            "\(String(describing: long))"
        )
        #expect(try problem(fixture, ["tokens.text.budget=2"])?.path == "tokens.text.budget")
        let missing = try problem(fixture, ["tokens.text={reduction: syntax, tagger: /nowhere/tagger.json}"])
        #expect(missing?.path == "tokens.text.tagger")
        #expect(missing?.description.contains("`scripts/models tagger`") ?? false)
        let staged = #expect(throws: RecipeError.self) {
            _ = try RunSetup.prepare(
                fixture.staged(
                    "{name: a, length: 3 steps}, {name: b, length: 3 steps, tokens: {text: {budget: 99}}}"
                ),
                output: .nullDevice
            )
        }
        #expect(staged?.problems.first?.path == "stages.1.tokens.text.budget")
    }

    @Test func embeddingsHaveNoTokens() throws {
        let fixture = try fixture()
        try fixture.write(
            """
            {"model_cfg": {"embed_dim": 16,
              "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 1}},
             "swift_clip": {"text": {"kind": "embeddings", "width": 6, "projection": "linear"}}}
            """,
            to: "model.json"
        )
        let parts = RunParts(captionEmbeddings: try MemoryCaptionEmbeddings(width: 6, rows: []))
        let budget = try problem(fixture, ["tokens.text.budget=6"], parts)
        #expect(budget?.path == "tokens.text.budget")
        #expect(budget?.description.contains("embeddings of captions") ?? false)
        #expect(try problem(fixture, ["tokens.text.reduction=block"], parts)?.path == "tokens.text.reduction")
    }

    /// What a run says before it starts.
    private func said(_ fixture: TrainingFixture, _ overrides: [String]) throws -> String {
        let log = fixture.url("\(UUID().uuidString).txt")
        try Data().write(to: log)
        _ = try RunSetup.prepare(fixture.recipe(overrides), output: FileHandle(forWritingTo: log))
        return try String(contentsOf: log, encoding: .utf8)
    }

    @Test func aBudgetThatSavesNothingIsTold() throws {
        let fixture = try fixture()
        #expect(!(try said(fixture, ["tokens.text.budget=6"])).contains("warning"))
        let model = try String(contentsOf: fixture.url("model.json"), encoding: .utf8)
        try fixture.write(
            model.replacing("\"vocab_size\"", with: "\"no_causal_mask\": true, \"vocab_size\""),
            to: "model.json"
        )
        #expect(
            try said(fixture, ["tokens.text.budget=6"]).contains(
                "warning: `tokens.text.budget` saves nothing"
            )
        )
        #expect(!(try said(fixture, ["tokens.text.budget=12"])).contains("saves nothing"))
        #expect(
            try said(fixture, ["tokens.text.inEvaluation=true"]).contains(
                "`tokens.text.inEvaluation` has no effect"
            )
        )
        #expect(
            try said(fixture, ["tokens.text={tagger: /nowhere, reduction: block}"])
                .contains("`tokens.text.tagger` has no effect")
        )
    }
}
