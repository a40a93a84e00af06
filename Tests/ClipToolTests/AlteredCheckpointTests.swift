import Testing

/// One bit of a run's weights that is not as it was saved stops every command that would use them.
@Suite struct AlteredCheckpointTests {
    @Test func everyReaderRefusesIt() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "2 steps")
        let trained = try Tool.run(["train", "recipe.yaml", "--run", "run"], in: folder)
        try #require(trained.status == 0, "\(trained.errors)")
        try folder.write("lines.txt", "a cat\n")

        let good = try Tool.run(["model", "show", "run"], in: folder)
        #expect(good.output.contains("as its manifest says"), "\(good.output)")
        let weights = "run/checkpoints/step-2/model/open_clip_model.safetensors"
        var bytes = try folder.bytes(weights)
        bytes[bytes.count / 2] ^= 16
        try folder.write(weights, bytes)

        let commands = [
            ["model", "show", "run"],
            ["embed", "texts", "--checkpoint", "run", "--out", "x.st", "--file", "lines.txt"],
            ["eval", "retrieval", "--checkpoint", "run/checkpoints/step-2", "--data", "data"],
            ["train", "recipe.yaml", "--run", "other", "--set", "model.initialize=run"],
        ]
        for command in commands {
            let outcome = try Tool.run(command, in: folder)
            #expect(outcome.status == 65, "\(command): \(outcome.output)")
            #expect(
                outcome.errors.contains("the checksum of model/open_clip_model.safetensors differs"),
                "\(command): \(outcome.errors)"
            )
        }
        #expect(!folder.holds("x.st"))
        let resumed = try Tool.run(["train", "--resume", "run", "--set", "length=3 steps"], in: folder)
        #expect(resumed.status != 0)
    }

    @Test func aModelFromElsewhereIsSaidToBeUnverified() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        let shown = try Tool.run(["model", "show", "start"], in: folder)
        #expect(shown.output.contains("not verified: no manifest"), "\(shown.output)")
        #expect(try Tool.run(["model", "show", "start", "--json"], in: folder).json["manifest"] == nil)
        let catalog = try Tool.run(["model", "show", "ViT-B-32"], in: folder)
        #expect(!catalog.output.contains("manifest"))
    }
}
