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
}
