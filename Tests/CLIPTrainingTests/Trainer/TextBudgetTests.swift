import CLIPModels
import CLIPText
import Foundation
import Testing
import Torch

@testable import CLIPData
@testable import CLIPTraining

/// `tokens.text` of a recipe.
@Suite struct TextBudgetTests {
    /// Captions of 11 words; the model takes 12 tokens.
    private func fixture() throws -> TrainingFixture {
        try TrainingFixture { number, colour in "see one \(colour) square that is on the left of \(number)" }
    }

    private func tagger(_ fixture: TrainingFixture) throws -> String {
        let tags = #"{"see": "V", "is": "V", "square": "N", "left": "N", "red": "J"}"#
            .replacing("\"V\"", with: "\"VERB|Fin\"").replacing("\"N\"", with: "\"NOUN|-\"")
            .replacing("\"J\"", with: "\"ADJ|-\"")
        try fixture.write(
            """
            {"classes": ["ADJ|-", "DET|-", "NOUN|-", "VERB|Fin"], "tagdict": \(tags),
             "weights": {"bias": {"DET|-": 1}}}
            """,
            to: "tagger.json"
        )
        return fixture.url("tagger.json").path
    }

    /// The texts of the first batch, decoded.
    private func texts(_ fixture: TrainingFixture, _ overrides: [String]) throws -> [String] {
        let setup = try RunSetup.prepare(fixture.recipe(overrides), output: .nullDevice).stages[0]
        let loader = try setup.loader(stream: 0)
        defer { loader.shutdown() }
        guard let batch = try loader.next(), case .tokens(let ids, let offsets) = batch.text else {
            return []
        }
        let tokenizer = try CLIPTokenizer.bundled()
        return try (0..<batch.captionCount).map { number in
            let caption = ids[Int(offsets[number])..<Int(offsets[number + 1])]
            #expect(caption.first == 49_406 && caption.last == 49_407)
            return try tokenizer.decode(caption.dropFirst().dropLast()).trimmingCharacters(in: .whitespaces)
        }
    }

    @Test func captionsAreReducedToTheBudget() throws {
        let fixture = try fixture()
        let whole = try texts(fixture, [])
        let cut = try texts(fixture, ["tokens.text.budget=6"])
        #expect(cut == whole.map { $0.split(separator: " ").prefix(4).joined(separator: " ") })
        for reduction in ["random", "shuffle", "block"] {
            let drawn = try texts(fixture, ["tokens.text.budget=6", "tokens.text.reduction=\(reduction)"])
            #expect(drawn.allSatisfy { $0.split(separator: " ").count == 4 } && drawn != cut)
            for (drawn, whole) in zip(drawn, whole) {
                // The whole text is cut by the model itself, and a number may be two tokens.
                let words = Set(whole.split(separator: " "))
                #expect(drawn.split(separator: " ").filter { !words.contains($0) }.count <= 2)
            }
        }
        let tagger = try tagger(fixture)
        for reduction in ["syntax", "syntaxTable"] {
            let kept = try texts(
                fixture,
                ["tokens.text={budget: 6, reduction: \(reduction), tagger: '\(tagger)'}"]
            )
            #expect(
                kept.allSatisfy { ["see square is left", "see red square left"].contains($0) },
                "\(kept)"
            )
        }
    }

    @Test func aReductionWithoutBudgetHasTheModelsLength() throws {
        let fixture = try TrainingFixture { _, _ in (0..<20).map { "word\($0 % 10)" }.joined(separator: " ") }
        let drawn = try texts(fixture, ["tokens.text.reduction=random"])
        #expect(Set(drawn).count > 1)
        #expect(drawn != (try texts(fixture, [])))
    }

    @Test func metricsTellTheTokensOfATextAndResumesAreExact() throws {
        let fixture = try fixture()
        let overrides = ["tokens.text={budget: 6, reduction: random}"]
        try fixture.train(overrides)
        #expect(
            try fixture.metrics().compactMap { $0["data/tokens_per_text"] } == Array(repeating: 6, count: 10)
        )
        try FileManager.default.copyItem(at: fixture.url("run"), to: fixture.url("resumed"))
        try FileManager.default.removeItem(at: fixture.url("resumed/checkpoints/step-10"))
        try fixture.resume(in: "resumed")
        #expect(try fixture.state("resumed", step: 10) == fixture.state("run", step: 10))
        try fixture.train(in: "plain")
        #expect(try fixture.metrics("plain").allSatisfy { $0["data/tokens_per_text"] == nil })
    }

    @Test func evaluationsAreReducedOnlyWhereAsked() throws {
        let fixture = try fixture()
        let evaluate =
            "evaluate=[{kind: retrieval, data: '\(fixture.url("train-0.tar").path)', every: 5 steps}]"
        func metrics(_ run: String, _ asked: Bool) throws -> [String: Double] {
            // One token of each caption is left, the same for all.
            let text = "tokens.text={budget: 3, inEvaluation: \(asked)}"
            return try fixture.train([evaluate, text, "length=5 steps"], in: run).evaluations
        }
        let (plain, reduced) = try (metrics("plain", false), metrics("reduced", true))
        #expect(try fixture.state("plain", step: 5) == fixture.state("reduced", step: 5))
        // Equal texts have equal ranks, and each image meets all of them at once.
        #expect(reduced["retrieval/text_to_image_mean_rank"] == 10.5)
        #expect(plain != reduced)
        let recipe = try #require(
            try Recipe.ofCheckpoint(CheckpointDirectory(fixture.url("reduced").path))
        )
        let tokenizer = try CLIPTokenizer.bundled()
        #expect(try recipe.evaluationReducer(tokenizer, for: .tokens(contextLength: 12))?.budget == 3)
        let other = try #require(try Recipe.ofCheckpoint(CheckpointDirectory(fixture.url("plain").path)))
        #expect(try other.evaluationReducer(tokenizer, for: .tokens(contextLength: 12)) == nil)
        #expect(try other.textReducer(tokenizer, for: .tokens(contextLength: 12))?.budget == 3)
    }

    @Test func otherScriptsAreToldOnce() throws {
        let fixture = try TrainingFixture { number, colour in
            number % 2 == 0
                ? "очень большой красный квадрат \(number)" : "one very large \(colour) square \(number)"
        }
        let log = fixture.url("log.txt")
        try Data().write(to: log)
        let text = "tokens.text={budget: 5, reduction: syntax, tagger: '\(try tagger(fixture))'}"
        _ = try TrainingRun.start(
            recipe: fixture.recipe([text]),
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: FileHandle(forWritingTo: log)
        )
        let output = try String(contentsOf: log, encoding: .utf8)
        #expect(output.components(separatedBy: "are mostly in non-Latin scripts").count == 2, "\(output)")
        // How many were read by then depends on how far ahead the loader is.
        #expect(try fixture.metrics().allSatisfy { $0["data/unreadable_texts"] == nil })
    }

    @Test func measuringNormalizersTellsThemTooAndReadsTheTaggerOnce() throws {
        let fixture = try TrainingFixture { number, _ in "очень большой красный квадрат \(number)" }
        let tagger = try tagger(fixture)
        let text = "tokens.text={budget: 5, reduction: syntax, tagger: '\(tagger)', inEvaluation: true}"
        try fixture.train(["objective.preset=sogclr", "length=4 steps", "checkpoint={every: 2 steps}", text])
        var notes: [String] = []
        let reports = try RunNormalizers(run: fixture.url("run"), anchors: 8, draws: 2).evaluate(
            progress: { _ in try? FileManager.default.removeItem(atPath: tagger) },
            report: { notes.append($0) }
        )
        #expect(reports.map(\.step) == [2, 4])
        #expect(notes.count == 1 && notes[0].contains("are mostly in non-Latin scripts"), "\(notes)")
    }
}
