import Foundation
import Testing

/// `clip embed captions` and what belongs to it, with a tiny language model.
@Suite struct CaptionFeatureTests {
    private let folder: Folder
    private static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "../CLIPLanguageTests/Fixtures/GGUF/llama-f32.gguf"
    ).standardizedFileURL.path

    init() throws {
        folder = try Folder()
        try folder.makeShards(6)
    }

    private func captions(_ arguments: String..., model: String = model) throws -> Tool.Outcome {
        try Tool.run(
            ["embed", "captions", "--language-model", model, "--data", "data", "--threads", "1"] + arguments,
            in: folder
        )
    }

    private func run(_ arguments: String...) throws -> Tool.Outcome { try Tool.run(arguments, in: folder) }

    /// What `--json` says of a file.
    private func header(_ outcome: Tool.Outcome) throws -> [String: Any] {
        try #require(outcome.json["header"] as? [String: Any], "\(outcome.errors)")
    }

    @Test func anInstructionLeavesRoomForCaptions() throws {
        let refused = try captions(
            "--sources",
            "txt",
            "--out",
            "c.features",
            "--instruction",
            String(repeating: "x", count: 60),
            "--maximum-tokens",
            "16"
        )
        #expect(refused.status == 65, "\(refused.errors)")
        #expect(
            refused.errors.contains("a text has at most 16 with them")
                && refused.errors.contains("(--instruction)") && refused.errors.contains("--maximum-tokens"),
            "\(refused.errors)"
        )
    }

    @Test func aFileIsMadeAndShown() throws {
        let made = try captions(
            "--sources",
            "short=txt",
            "--out",
            "c.features",
            "--type",
            "float32",
            "--json"
        )
        #expect(made.status == 0, "\(made.errors)")
        let said = try header(made)
        #expect(
            said["width"] as? Int == 32 && said["captions"] as? Int == 6
                && said["type"] as? String == "float32"
        )
        let model = try #require(said["model"] as? [String: Any])
        #expect(model["name"] as? String == "llama-f32.gguf" && model["path"] as? String == Self.model)
        #expect((model["fingerprint"] as? String)?.count == 64 && model["adapter"] == nil)
        let shown = try run("embed", "show", "c.features", "--verify", "--json")
        #expect(try NSDictionary(dictionary: header(shown)) == NSDictionary(dictionary: said))
        let text = try run("embed", "show", "c.features").output
        #expect(text.contains("rows") && text.contains("6 of 32 numbers, float32"))
        #expect(text.contains("llama-f32.gguf") && text.contains("short   txt   6        6"))
        // Another encoding is another model.
        _ = try captions("--sources", "short=txt", "--out", "other", "--pooling", "last", "--type", "float32")
        #expect(try folder.bytes("other") != folder.bytes("c.features"))
        let again = try captions("--sources", "short=txt", "--out", "c.features")
        #expect(again.status == 73 && again.errors.contains("'c.features' is there already"))
    }

    @Test func partsAreMerged() throws {
        for part in 1...3 {
            let made = try captions("--sources", "txt", "--out", "p\(part)", "--part", "\(part)/3")
            #expect(made.status == 0, "\(made.errors)")
        }
        let less = try run("embed", "merge", "--out", "all", "p1", "p3")
        #expect(less.status == 65 && less.errors.contains("Of 3 parts, part 2 is missing"), "\(less.errors)")
        let merged = try run("embed", "merge", "--out", "all", "p{3..1}", "--json")
        #expect(merged.status == 0, "\(merged.errors)")
        _ = try captions("--sources", "txt", "--out", "whole")
        #expect(try folder.bytes("all") == folder.bytes("whole"))
    }

    @Test func archivesGoOutAndIn() throws {
        _ = try captions("--sources", "short=txt", "--out", "c.features", "--type", "float32")
        try folder.write("out/note", "")
        let data = ["--data", "data", "--sources", "short=txt", "--members", "short=shortsv_captions"]
        let out = try Tool.run(["embed", "export", "c.features", "--out", "out"] + data, in: folder)
        #expect(out.status == 0 && folder.holds("out/00000_text_embeddings.tar"), "\(out.errors)")
        let imported = try Tool.run(
            ["embed", "import", "--archives", "out", "--out", "i.features", "--json"] + data,
            in: folder
        )
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(try header(imported)["captions"] as? Int == 6)
        let rows = 128..<128 + 6 * 32 * 4
        #expect(try folder.bytes("i.features")[rows] == folder.bytes("c.features")[rows])
        let none = try Tool.run(["embed", "import", "--out", "x"] + data, in: folder)
        #expect(none.status == 66 && none.errors.contains("00000_text_embeddings.tar"))
    }

    @Test func aRecipeTrainsAndIsEvaluatedAgainstThem() throws {
        _ = try captions("--sources", "short=txt", "--out", "c.features")
        try folder.writeRecipe(length: "2 steps")
        try folder.write(
            "model.json",
            """
            {"model_cfg": {"embed_dim": 8, "vision_cfg": {"image_size": 16, "layers": 1, "width": 16,
             "head_width": 8, "patch_size": 8}}, "swift_clip": {"text": {"kind": "embeddings", "width": 32}}}
            """
        )
        let without = try run("train", "recipe.yaml", "--run", "run")
        #expect(without.status == 65 && without.errors.contains("clip embed captions"), "\(without.errors)")
        let trained = try run(
            "train",
            "recipe.yaml",
            "--run",
            "run",
            "--set",
            "data.captions.features=c.features"
        )
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.errors.contains("caption features: 6 captions by llama-f32.gguf ("))
        let evaluate = ["eval", "retrieval", "--checkpoint", "run", "--data", "data", "--threads", "1"]
        let blind = try Tool.run(evaluate, in: folder)
        #expect(blind.status == 65 && blind.errors.contains("takes caption embeddings of width 32"))
        let found = try Tool.run(evaluate + ["--json", "--caption-features", "c.features"], in: folder)
        #expect(found.status == 0, "\(found.errors)")
        let metrics = try #require(found.json["metrics"] as? [String: Double])
        #expect(metrics["image_retrieval_recall@10"] == 1 && found.json["texts"] as? Int == 6)
        try folder.makeCheckpoint()
        let tower = try Tool.run(
            [
                "eval", "retrieval", "--checkpoint", "start", "--data", "data", "--caption-features",
                "c.features",
            ],
            in: folder
        )
        #expect(tower.status == 64 && tower.errors.contains("the model has a text tower"))
    }

    @Test func captionsOfAnyLength() throws {
        try folder.write("pictures/p0.txt", (0..<5000).map { "word\($0)" }.joined(separator: " "))
        try folder.write("pictures/p1.txt", " \n")
        try FileManager.default.removeItem(at: folder.url.appending(path: "data"))
        _ = try run("data", "pack", "pictures", "--out", "data", "--keep-uncaptioned")
        let made = try captions("--sources", "txt", "--out", "c.features", "--maximum-tokens", "64", "--json")
        #expect(made.status == 0, "\(made.errors)")
        #expect(try header(made)["captions"] as? Int == 5)
    }

    @Test func badInputIsNamed() throws {
        try folder.makeCheckpoint()
        try folder.write("foreign", String(repeating: "no features ", count: 50))
        let model = Self.model
        let made = [
            "embed", "captions", "--data", "data", "--threads", "1", "--out", "x", "--language-model",
        ]
        let cases: [([String], Int32, String)] = [
            (made + [model, "--sources", "a=txt", "--part", "3/2"], 64, "The part is 3; expected 1 to 2"),
            (made + [model, "--sources", "a=txt", "--part", "0/2"], 64, "The part is 0"),
            (made + [model, "--sources", "a=txt", "--part", "2"], 64, "--part"),
            (
                made + ["nowhere", "--sources", "a=txt", "--part", "9/8"], 64,
                "The part is 9; expected 1 to 8"
            ),
            (made + ["nowhere", "--sources", "a=txt", "--part", "0/0"], 64, "The number of parts is 0"),
            (
                [
                    "embed", "import", "--data", "data", "--sources", "short=txt", "--members",
                    "short=a,short=b", "--out", "x",
                ], 64, "--members names 'short' twice"
            ),
            (made + [model, "--sources", "a=txt,a=title.txt"], 64, "names 'a' twice"),
            (made + [model], 64, "either --sources or --captions-from"),
            (made + [model, "--sources", "a=title"], 65, "a caption for the source 'a'"),
            (made + ["start", "--sources", "a=txt"], 65, "is a CLIP checkpoint"),
            (made + ["nowhere", "--sources", "a=txt"], 66, "nowhere"),
            (
                made + [model, "--sources", "a=txt", "--after", "foreign"], 65,
                "is no file of caption features"
            ),
            (made + [model, "--sources", "a=txt", "--adapter", "nowhere"], 66, "nowhere"),
            (["embed", "show", "foreign"], 65, "is no file of caption features"),
            (["embed", "show", "none"], 66, "There is no file of caption features 'none'"),
            (["embed", "merge", "--out", "x", "foreign"], 65, "is no file of caption features"),
        ]
        for (arguments, status, words) in cases {
            let outcome = try Tool.run(arguments, in: folder)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains("error: ") && outcome.errors.contains(words), "\(outcome.errors)")
            #expect(outcome.output == "" && !folder.holds("x"))
        }
    }
}
