import Testing

@Suite struct EvalTests {
    @Test func retrievalPrintsItsMetrics() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        try folder.makeShards(6)
        let arguments = ["eval", "retrieval", "--checkpoint", "start", "--data", "data", "--threads", "1"]
        let outcome = try Tool.run(arguments + ["--json"], in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let metrics = try #require(outcome.json["metrics"] as? [String: Double])
        #expect(metrics["image_retrieval_recall@10"] == 1)
        let recall = try #require(metrics["text_retrieval_recall@1"])
        #expect((0...1).contains(recall))
        let text = try Tool.run(arguments, in: folder).output
        #expect(text.contains("image_retrieval_recall@10 ") && text.contains(" 100.00 %"))
        #expect(text.contains("6 images, 6 captions"))
        let chance = try #require(outcome.json["chance"] as? [String: Double])
        #expect(try abs(#require(chance["image_retrieval_recall@1"]) - 1.0 / 6) < 1e-9)
        #expect(text.contains("by chance") && text.contains(" 16.67 %"))
        let loss =
            try Tool.run(arguments + ["--loss", "--json"], in: folder).json["metrics"] as? [String: Double]
        let best = try #require(loss?["contrastive_loss_at_best_scale"])
        #expect(try best <= #require(loss?["contrastive_loss"]) + 1e-6)
    }

    @Test func zeroShotPrintsItsMetrics() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        try folder.writePictures(4)
        let lines = (0..<4).map {
            #"{"image": "pictures/p\#($0).png", "captions": {"title": "\#($0)"}, "fields": {"cls": "\#($0 % 2)"}}"#
        }
        try folder.write("list.jsonl", lines.joined(separator: "\n"))
        let packed = try Tool.run(
            ["data", "pack", "list.jsonl", "--out", "set", "--layout", "benchmark"],
            in: folder
        )
        try #require(packed.status == 0, "\(packed.errors)")
        try folder.write("set/classnames.txt", "red\nblue\n")
        try folder.write("set/zeroshot_classification_templates.txt", "a picture of {c}\n")
        let arguments = ["eval", "zeroshot", "--checkpoint", "start", "--data", "set"]
        let outcome = try Tool.run(arguments + ["--json"], in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let metrics = try #require(outcome.json["metrics"] as? [String: Double])
        #expect(metrics["acc1"].map { [0, 0.25, 0.5, 0.75, 1].contains($0) } == true)
        #expect(try Tool.run(arguments + ["--per-class"], in: folder).output.contains("blue"))
    }

    @Test func missingDataIsNamed() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        for command in ["zeroshot", "retrieval"] {
            let outcome = try Tool.run(
                ["eval", command, "--checkpoint", "start", "--data", "nowhere"],
                in: folder
            )
            #expect(outcome.status == 66)
            #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.contains("nowhere"))
        }
    }

    /// A run's pictures are composited on white; without an option, evaluation and embedding do the same.
    @Test func pixelsAreTheCheckpointsUnlessAnOptionChangesThem() throws {
        let folder = try Folder()
        let exif: [UInt8] =
            Array("II".utf8) + [
                42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
            ]
        for number in 0..<6 {
            var picture = TestPNG.image(width: 20, height: 16) { x, y in
                [UInt8(40 * number), UInt8(13 * y), UInt8(9 * x), number % 2 == 0 && x > 6 ? 0 : 255]
            }
            // Behind the header, which ends at 33.
            picture.insert(contentsOf: TestPNG.chunk("eXIf", exif), at: 33)
            try folder.write("pictures/p\(number).png", picture)
            try folder.write("pictures/p\(number).txt", "picture number \(number)\n")
        }
        try folder.writeRecipe(length: "2 steps")
        let trained = try Tool.run(
            [
                "train", "recipe.yaml", "--run", "run", "--set", "data.train=pictures", "--set",
                "data.alpha=white",
            ],
            in: folder
        )
        try #require(trained.status == 0, "\(trained.errors)")
        let shown = try Tool.run(["model", "show", "run"], in: folder).output
        #expect(shown.contains("alpha white, orientation ignore, gray16 clip"), "\(shown)")
        #expect(
            try Tool.run(["model", "show", "run", "--json"], in: folder).json["alpha"] as? String == "white"
        )

        func features(_ options: [String]) throws -> [[Float]] {
            let out = "features\(options.joined()).st"
            let arguments = [
                "embed", "images", "--checkpoint", "run", "--out", out, "pictures/p0.png", "pictures/p1.png",
            ]
            let outcome = try Tool.run(arguments + options, in: folder)
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try FeatureFile(folder.bytes(out)).rows
        }
        let plain = try features([])
        #expect(try features(["--alpha", "white", "--orientation", "ignore", "--gray16", "clip"]) == plain)
        let dropped = try features(["--alpha", "drop"])
        #expect(FeatureFile.distance(dropped[0], plain[0]) > 1e-3)
        #expect(FeatureFile.distance(dropped[1], plain[1]) == 0)
        let turned = try features(["--orientation", "apply"])
        #expect(FeatureFile.distance(turned[1], plain[1]) > 1e-3)

        func losses(_ options: [String]) throws -> Double {
            let arguments = [
                "eval", "retrieval", "--checkpoint", "run", "--data", "pictures", "--loss", "--json",
            ]
            let outcome = try Tool.run(arguments + options, in: folder)
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try #require((outcome.json["metrics"] as? [String: Double])?["contrastive_loss"])
        }
        #expect(try losses(["--alpha", "white"]) == losses([]))
        #expect(try losses(["--alpha", "drop"]) != losses([]))
        let wrong = try Tool.run(
            ["eval", "retrieval", "--checkpoint", "run", "--data", "pictures", "--alpha", "black"],
            in: folder
        )
        #expect(wrong.status == 64 && wrong.errors.contains("black"), "\(wrong.errors)")
    }
}
