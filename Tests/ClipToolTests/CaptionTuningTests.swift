import Testing

/// A language model tuned on pairs of texts, from the command line.
@Suite struct CaptionTuningTests {
    @Test func trainAndEvaluate() throws {
        let folder = try Folder()
        try folder.writeLanguageModel()
        let dry = try Tool.run(["train", "captions.yaml", "--dry-run"], in: folder)
        #expect(dry.status == 0 && dry.output.contains("kind: captionContrastive"), "\(dry.errors)")
        let trained = try Tool.run(["train", "captions.yaml", "--run", "run", "--json"], in: folder)
        try #require(trained.status == 0, "\(trained.errors)")
        #expect(trained.json["samples"] as? Int == 16)
        #expect(folder.holds("run/checkpoints/step-4/model/adapter_model.safetensors"))
        let resumed = try Tool.run(
            ["train", "--resume", "run", "--set", "length=6 steps", "--json"],
            in: folder
        )
        #expect(resumed.status == 0 && resumed.json["steps"] as? Int == 6, "\(resumed.errors)")
        let clip = try Tool.run(["model", "show", "run"], in: folder)
        #expect(clip.status == 65, "\(clip.errors)")
        #expect(
            clip.errors.contains("'run' is an adapter of a language model (step 6 of a run that tunes it)"),
            "\(clip.errors)"
        )
        let shown = try Tool.run(["recipe", "show", "run"], in: folder)
        #expect(shown.status == 0 && shown.output.contains("instruction: find it"), "\(shown.errors)")

        let data = ["--data", "pairs.jsonl", "--captions", "json:query,json:positive", "--json"]
        func metrics(_ options: [String]) throws -> [String: Double] {
            let outcome = try Tool.run(["eval", "captions"] + options + data, in: folder)
            try #require(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.json["captions"] as? Int == 12)
            return try #require(outcome.json["metrics"] as? [String: Double])
        }
        let plain = try metrics(["--language-model", "lm"]), tuned = try metrics(["--adapter", "run"])
        #expect(
            plain.keys.sorted() == [
                "caption_retrieval_accuracy", "mean_reciprocal_rank", "recall@10", "recall@5",
            ]
        )
        #expect(tuned != plain)
        try folder.makeCheckpoint()
        #expect(try metrics(["--checkpoint", "start"]).count == 4)
        let text = try Tool.run(
            ["eval", "captions", "--adapter", "run", "--wrapper", "chatML"] + data.dropLast(),
            in: folder
        )
        #expect(
            text.output.contains("12 captions among as many") && text.output.contains(" 8.33 %"),
            "\(text.errors)"
        )
    }

    @Test func whatCannotBeIsSaid() throws {
        let folder = try Folder()
        try folder.writeLanguageModel()
        try folder.makeCheckpoint()
        let plan = try Tool.run(["plan", "captions.yaml"], in: folder)
        #expect(plan.status == 65 && plan.errors.contains("is not planned"), "\(plan.errors)")
        let clip = try Tool.run(
            ["train", "captions.yaml", "--set", "model.language=start", "--dry-run"],
            in: folder
        )
        #expect(clip.status == 65 && clip.errors.contains("a model of images and texts"), "\(clip.errors)")
        let data = ["--data", "pairs.jsonl", "--captions", "json:query,json:positive"]
        func fails(_ options: [String], _ status: Int32, _ expected: String) throws {
            let outcome = try Tool.run(["eval"] + options, in: folder)
            #expect(outcome.status == status && outcome.errors.contains(expected), "\(outcome.errors)")
        }
        try fails(["captions"] + data, 64, "Name what makes vectors of captions")
        try fails(
            ["captions", "--checkpoint", "start", "--adapter", "run"] + data,
            64,
            "a text side of its own"
        )
        try fails(
            ["captions", "--language-model", "lm", "--data", "pairs.jsonl", "--captions", "txt"],
            64,
            "expected two"
        )
        try fails(
            ["captions", "--language-model", "lm", "--data", "pairs.jsonl", "--captions", "txt,title.txt"],
            65,
            "txt"
        )
        try fails(["captions", "--language-model", "start"] + data, 65, "start")
        try fails(
            ["captions", "--language-model", "lm", "--language-adapter", "run"] + data,
            64,
            "is for the adapter that a checkpoint names"
        )
        try fails(
            ["captions", "--checkpoint", "start", "--language-model", "lm"] + data,
            64,
            "names no language model"
        )
        try fails(["captions", "--checkpoint", "lm"] + data, 65, "is a language model")
        try fails(
            ["captions", "--adapter", "lm", "--language-model", "lm"] + data,
            66,
            "adapter_config.json"
        )
    }
}
