import CLIPLanguage
import Foundation
import Testing

@testable import CLIPTraining

/// Language models, adapters and sources that are not what a run takes them for.
@Suite struct LanguageIdentityTests {
    private func failure(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    /// Shapes do not tell two models apart; a copy elsewhere is the same one.
    @Test func aRunGoesOnWithItsOwnLanguageModel() throws {
        let fixture = try LanguageFixture()
        try fixture.train(["length=2 steps", "schedule.warmup=0 steps"])
        try LanguageFixture.writeModel(fixture.url("other"), seed: 4)
        let other = "model.language='\(fixture.url("other").path)'"
        let refused = failure { try fixture.resume([other, "length=3 steps"]) }
        #expect(refused.contains("is not the one whose adapter the run"), "\(refused)")
        #expect(refused.contains("--set model.language=PATH"), "\(refused)")
        try FileManager.default.moveItem(at: fixture.url("lm"), to: fixture.url("moved"))
        let moved = "model.language='\(fixture.url("moved").path)'"
        #expect(try fixture.resume([moved, "length=3 steps"]).steps == 3)
        // Another tokenizer is another model.
        let file = fixture.url("moved/tokenizer.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("\"<s>\"", with: "\"<q>\"").utf8).write(to: file)
        let tokens = failure { try fixture.resume(["length=4 steps"]) }
        #expect(tokens.contains("is not the one whose adapter the run"), "\(tokens)")
    }

    @Test func aSourceWithLessThanABatchIsNamed() throws {
        let fixture = try LanguageFixture()
        let line = #"{"query": "a", "positive": "b"}"#
        try fixture.write(Array(repeating: line, count: 5).joined(separator: "\n"), to: "few.jsonl")
        let train =
            "'\(fixture.url("train-{0..1}.tar").path)', {source: '\(fixture.url("few.jsonl").path)', pairs: true}"
        let found = failure { try fixture.train(["data.train=[\(train)]"]) }
        for part in ["data.train.1", "few.jsonl' has 5 samples", "expected 8 or more", "smaller `batch`"] {
            #expect(found.contains(part), "\(found)")
        }
        try fixture.train(["data.train=[\(train)]", "batch=4", "length=2 steps", "schedule.warmup=0 steps"])
    }

    @Test func anAdapterThatChangedIsRefused() throws {
        let fixture = try LanguageFixture()
        try fixture.train(["length=2 steps", "schedule.warmup=0 steps"])
        let file = fixture.url("run/checkpoints/step-2/model/adapter_model.safetensors")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count - 2] ^= 0x10
        try bytes.write(to: file)
        let path = fixture.url("run").path
        let opened = failure { _ = try SentenceEncoder.open(language: nil, adapter: path) }
        #expect(opened.contains("is not as it was saved"), "\(opened)")
        let started = failure { try fixture.train(["model.initialize='\(path)'"], in: "next") }
        #expect(started.contains("is not as it was saved"), "\(started)")
        // A copy without the manifest is taken as it is.
        try FileManager.default.copyItem(at: file.deletingLastPathComponent(), to: fixture.url("copy"))
        let language = fixture.url("lm").path
        _ = try SentenceEncoder.open(language: language, adapter: fixture.url("copy").path)
    }
}
