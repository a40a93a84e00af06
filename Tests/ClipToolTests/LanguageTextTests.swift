import Foundation
import Testing

/// The way of a user from vectors of captions to a checkpoint that reads texts with a language model.
@Suite struct LanguageTextTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        try folder.makeShards(6)
        try folder.makeCheckpoint()
        // A language model of width 32 whose tokens are bytes, at most 128 of them.
        let gguf = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "CLIPLanguageTests/Fixtures/GGUF/llama-f32.gguf")
        try folder.write("llm.gguf", Data(contentsOf: gguf))
        try folder.writeRecipe(length: "2 steps")
    }

    private func run(_ arguments: [String], status: Int32 = 0) throws -> Tool.Outcome {
        let outcome = try Tool.run(arguments, in: folder)
        try #require(outcome.status == status, "\(outcome.errors)")
        return outcome
    }

    private func train() throws {
        _ = try run([
            "embed", "captions", "--language-model", "llm.gguf", "--data", "data", "--sources", "txt=txt",
            "--out", "captions.features", "--threads", "1",
        ])
        let side = [
            "model.text={kind: cached, width: 32, blocks: 1}", "model.embedDim=12", "model.initialize=start",
            "model.transfer.head=fresh", "data.captions.features=captions.features",
        ]
        let trained = try run(["train", "recipe.yaml", "--run", "run"] + side.flatMap { ["--set", $0] })
        #expect(trained.errors.contains("start gives its image tower and temperature; fresh: visual.proj"))
    }

    @Test func theRunEvaluatesWithItsLanguageModel() throws {
        try train()
        let shown = try run(["model", "show", "run"]).output
        #expect(shown.contains("language-model adapter") && shown.contains("llm.gguf, fingerprint "))
        let eval = ["eval", "retrieval", "--data", "data", "--threads", "1", "--json"]
        let found = try run(eval + ["--checkpoint", "run"])
        #expect((found.json["metrics"] as? [String: Double])?["image_retrieval_recall@10"] == 1)
        #expect(found.errors.contains("reading the language model") && !found.errors.contains("cut at"))

        try folder.write("lines.txt", "picture number 1\n\n\(String(repeating: "long ", count: 60))\n")
        let embed = ["embed", "texts", "--file", "lines.txt", "--threads", "1", "--json"]
        let features = try run(embed + ["--checkpoint", "run", "--out", "texts.safetensors"])
        #expect(features.json["rows"] as? Int == 3 && features.json["width"] as? Int == 12)
        #expect(features.errors.contains("1 text was cut at the 128 tokens that the language model reads"))

        let lines = (0..<4).map { #"{"query": "picture number \#($0)", "positive": "number \#($0)"}"# }
        try folder.write("pairs.jsonl", lines.joined(separator: "\n"))
        let captions = [
            "eval", "captions", "--data", "pairs.jsonl", "--captions", "json:query,json:positive",
        ]
        let pairs = try run(captions + ["--checkpoint", "run", "--json"])
        #expect(pairs.json["captions"] as? Int == 4)

        // All in one directory, with everything else gone.
        _ = try run(["model", "copy", "--checkpoint", "run", "--out", "shared", "--self-contained"])
        let moved = folder.url.appending(path: "moved.gguf")
        try FileManager.default.moveItem(at: folder.url.appending(path: "llm.gguf"), to: moved)
        let shared = try run(eval + ["--checkpoint", "shared"])
        #expect(shared.json["metrics"] as? [String: Double] == found.json["metrics"] as? [String: Double])

        let missed = try run(embed + ["--checkpoint", "run", "--out", "more.safetensors"], status: 66)
        #expect(missed.errors.contains("--language-model") && missed.errors.contains("llm.gguf"))
        let named = try run(
            embed + ["--checkpoint", "run", "--out", "more.safetensors", "--language-model", "moved.gguf"]
        )
        #expect(named.json["rows"] as? Int == 3)
        let again = try run(captions + ["--checkpoint", "run", "--language-model", "moved.gguf", "--json"])
        #expect(again.json["metrics"] as? [String: Double] == pairs.json["metrics"] as? [String: Double])
        // Relative paths count from the working directory, those of a self-contained directory from it; both are copied whole.
        _ = try run([
            "model", "copy", "--checkpoint", "run", "--language-model", "moved.gguf", "--out", "plain",
        ])
        let plain = try run(["model", "show", "plain"]).output
        #expect(plain.contains(moved.standardizedFileURL.path), "\(plain)")
        _ = try run(["model", "copy", "--checkpoint", "shared", "--out", "again"])
        let copied = try run(["model", "show", "again"]).output
        #expect(copied.contains(folder.url.appending(path: "shared/language/llm.gguf").path), "\(copied)")
        for place in ["plain", "again"] {
            let evaluated = try run(eval + ["--checkpoint", place])
            #expect(
                evaluated.json["metrics"] as? [String: Double] == found.json["metrics"] as? [String: Double]
            )
        }
        let gone = try run(["model", "copy", "--checkpoint", "run", "--out", "gone"], status: 66)
        #expect(gone.errors.contains("llm.gguf") && !folder.holds("gone"), "\(gone.errors)")
        #expect(try folder.bytes("more.safetensors") == folder.bytes("texts.safetensors"))
        // Images need no language model.
        _ = try run([
            "embed", "images", "--checkpoint", "run", "--out", "images.safetensors", "pictures/p0.png",
        ])
    }

    @Test func whatIsNoLanguageModelIsRefused() throws {
        try train()
        let embed = ["embed", "texts", "--file", "lines.txt", "--threads", "1", "--out", "t.safetensors"]
        try folder.write("lines.txt", "a\n")
        let other = try Data(contentsOf: folder.url.appending(path: "llm.gguf")).dropLast() + [1]
        try folder.write("other.gguf", other)
        for (arguments, status, expected) in [
            (["--checkpoint", "run", "--language-model", "other.gguf"], 65, "is not the one with which"),
            (
                ["--checkpoint", "run", "--language-model", "start"], 65,
                "is a CLIP checkpoint, and a language model"
            ),
            (["--checkpoint", "run", "--language-model", "none.gguf"], 66, "is not there"),
            (["--checkpoint", "start", "--language-model", "llm.gguf"], 64, "names no language model"),
            (["--checkpoint", "llm.gguf"], 65, "a CLIP checkpoint is expected here"),
        ] as [([String], Int32, String)] {
            let outcome = try run(embed + arguments, status: status)
            #expect(outcome.errors.contains(expected), "\(outcome.errors)")
            #expect(!folder.holds("t.safetensors"))
        }
        let nothing = try run(
            ["model", "copy", "--checkpoint", "start", "--out", "copy", "--self-contained"],
            status: 65
        )
        #expect(nothing.errors.contains("there is nothing to copy beside it") && !folder.holds("copy"))
    }

    @Test func aStepWithCachedTextsIsTimed() throws {
        let step = [
            "benchmark", "step", "--config", "model.json", "--batch", "4", "--steps", "1", "--threads", "1",
        ]
        let outcome = try run(step + ["--cached-text", "6", "--json"])
        #expect(outcome.json["mean_tokens"] == nil && outcome.json["pairs_per_second"] as? Double ?? 0 > 0)
        #expect(try run(step + ["--cached-text", "6"]).output.contains("vectors for texts"))
        let memory = try run(step + ["--cached-text", "6", "--no-optimizer", "--json"])
        #expect(memory.json["estimated_activation_bytes"] as? Int ?? 0 > 0)
        try folder.write("captions.txt", "a cat\n")
        for bad in [
            [], ["--cached-text", "6", "--captions", "captions.txt"], ["--cached-text", "6", "--fill"],
        ] {
            #expect(try Tool.run(step + bad, in: folder).status == 64)
        }
        #expect(try Tool.run(step + ["--cached-text", "0"], in: folder).status != 0)
    }
}
