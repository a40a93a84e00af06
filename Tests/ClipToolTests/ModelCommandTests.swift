import Testing

@Suite struct ModelCommandTests {
    @Test func listNamesWhatCanBeBuilt() throws {
        let models = try #require(
            Tool.run(["model", "list", "--json"], in: Folder()).json["models"] as? [[String: Any]]
        )
        let names = models.compactMap { $0["name"] as? String }
        #expect(names.contains("ViT-B-32"))
        #expect(!names.contains("RN50"))
        let all = try Tool.run(["model", "list", "--all"], in: Folder()).output
        #expect(all.contains("RN50 "))
        #expect(all.split(separator: "\n")[0].count < 80)
    }

    @Test func initAndShowAgree() throws {
        let folder = try Folder()
        try folder.writeModel()
        let arguments = ["model", "init", "--config", "model.json", "--seed", "7", "--json", "--out"]
        let made = try Tool.run(arguments + ["one"], in: folder)
        #expect(made.status == 0, "\(made.errors)")
        let shown = try Tool.run(["model", "show", "one", "--json"], in: folder)
        let fromConfiguration = try Tool.run(["model", "show", "model.json", "--json"], in: folder)
        for outcome in [made, shown, fromConfiguration] {
            let summary = try #require(outcome.json["summary"] as? [String: Any])
            #expect(summary["embedding_width"] as? Int == 8)
            #expect(summary["parameters"] as? Int == 800_865)
        }
        let temperature = try #require(shown.json["temperature"] as? Double)
        #expect(abs(temperature - 0.07) < 1e-6)

        _ = try Tool.run(arguments + ["two"], in: folder)
        let weights = "open_clip_model.safetensors"
        #expect(try folder.bytes("one/\(weights)") == folder.bytes("two/\(weights)"))
    }

    @Test func initLeavesWhatIsThere() throws {
        let folder = try Folder()
        try folder.writeModel()
        try folder.write("taken/notes.txt", "mine")
        let outcome = try Tool.run(["model", "init", "--config", "model.json", "--out", "taken"], in: folder)
        #expect(outcome.status == 73)
        #expect(outcome.errors.hasPrefix("error: 'taken' holds something already"))
        #expect(try folder.bytes("taken/notes.txt") == Array("mine".utf8))
    }

    @Test func unknownNamesAndKeysAreNamed() throws {
        let folder = try Folder()
        let name = try Tool.run(["model", "show", "ViT-B-33"], in: folder)
        #expect(name.status == 66)
        #expect(name.errors.contains("ViT-B-32"))

        let path = try Tool.run(["model", "show", "models/none.json"], in: folder)
        #expect(path.status == 66)
        #expect(path.errors.contains("there is no model configuration 'models/none.json'"), "\(path.errors)")
        try folder.write("plain", "words")
        let plain = try Tool.run(["model", "show", "plain"], in: folder)
        #expect(plain.status == 65)
        #expect(plain.errors.contains("not a JSON object: its text is malformed"), "\(plain.errors)")

        try folder.write("odd.json", #"{"embed_dim": 8, "vision_cfg": {"layres": 1}, "text_cfg": {}}"#)
        let key = try Tool.run(["model", "show", "odd.json"], in: folder)
        #expect(key.status == 65)
        #expect(key.errors.contains("vision_cfg.layres"))
    }

    @Test func aModelThatOpenCLIPCannotLoadSaysSo() throws {
        let folder = try Folder()
        try folder.write(
            "own.json",
            #"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 8, "#
                + #""head_width": 8, "layers": 1}}, "swift_clip": {"text": {"kind": "embeddings", "width": 6}}}"#
        )
        let made = try Tool.run(["model", "init", "--config", "own.json", "--out", "own"], in: folder)
        #expect(made.status == 0, "\(made.errors)")
        let shown = try Tool.run(["model", "show", "own"], in: folder)
        #expect(
            shown.output.contains("open_clip cannot load this model as it is: its text side is"),
            "\(shown.output)"
        )
        let texts = try Tool.run(
            ["embed", "texts", "--checkpoint", "own", "--out", "f.safetensors", "--file", "own.json"],
            in: folder
        )
        #expect(texts.errors.contains("caption embeddings of width 6"), "\(texts.errors)")
        try folder.writeModel()
        let plain = try Tool.run(["model", "show", "model.json"], in: folder)
        #expect(!plain.output.contains("open_clip cannot"), "\(plain.output)")
    }

    @Test func weightsInOtherFormsAreNamed() throws {
        let folder = try Folder()
        try folder.write("weights.pt", Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 40))
        try folder.write("theirs/config.json", "{}")
        try folder.write("theirs/model.safetensors", "x")
        let cases: [([String], Int32, String)] = [
            (["model", "show", "weights.pt"], 65, "'weights.pt' is a PyTorch file"),
            (
                ["embed", "images", "--out", "x.st", "a.png", "--checkpoint", "weights.pt"], 65,
                "a PyTorch file"
            ),
            (["model", "show", "theirs"], 66, "Hugging Face's layout"),
        ]
        for (arguments, status, text) in cases {
            let outcome = try Tool.run(arguments, in: folder)
            #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
        }
    }
}
