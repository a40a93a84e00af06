import Testing

@Suite struct BenchmarkTests {
    @Test func stepReportsSpeedAndMemory() throws {
        let folder = try Folder()
        try folder.writeModel()
        try folder.write("captions.txt", "a cat\na dog in the snow\nthree words more\n")
        let outcome = try Tool.run(
            [
                "benchmark", "step", "--config", "model.json", "--batch", "4", "--precision", "bf16",
                "--captions",
                "captions.txt", "--steps", "2", "--threads", "1", "--json",
            ],
            in: folder
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.json["pairs_per_second"] as? Double ?? 0 > 0)
        #expect(outcome.json["peak_rss_bytes"] as? Int ?? 0 > 1 << 20)
        #expect((outcome.json["seconds_per_step"] as? [Double])?.count == 2)
        #expect(outcome.json["precision"] as? String == "bfloat16")
        #expect(outcome.json["threads"] as? Int == 1)
    }

    @Test func memoryOptionsAreReported() throws {
        let folder = try Folder()
        try folder.writeModel()
        try folder.write("captions.txt", "a cat\na dog in the snow\nthree words more\n")
        let options = [
            "--config", "model.json", "--batch", "5", "--micro-batch", "2", "--activation-checkpointing",
            "blocks",
            "--captions", "captions.txt", "--threads", "1", "--json",
        ]
        let step = try Tool.run(["benchmark", "step", "--steps", "1"] + options, in: folder)
        #expect(step.status == 0, "\(step.errors)")
        #expect(step.json["micro_batch"] as? Int == 2)
        #expect(step.json["activation_checkpointing"] as? String == "blocks")
        let caching = try Tool.run(["benchmark", "caching"] + options, in: folder)
        #expect(caching.status == 0, "\(caching.errors)")
        #expect(caching.json["relative_difference"] as? Double ?? 1 < 1e-5)
        #expect(caching.json["gradient_norm"] as? Double ?? 0 > 0)
    }

    @Test func loaderAndTokenizerReportRates() throws {
        let folder = try Folder()
        try folder.makeShards(4)
        try folder.write("captions.txt", "a cat\na dog\n")
        let loader = try Tool.run(
            [
                "benchmark", "loader", "--data", "data", "--threads", "1", "--size", "16", "--decode",
                "exact",
                "--seconds", "0.01", "--batch", "2", "--json",
            ],
            in: folder
        )
        #expect(loader.status == 0, "\(loader.errors)")
        #expect(loader.json["images_per_second"] as? Double ?? 0 > 0)
        let tokenizer = try Tool.run(
            ["benchmark", "tokenizer", "--captions", "captions.txt", "--rounds", "1", "--json"],
            in: folder
        )
        #expect(tokenizer.json["captions_per_second"] as? Double ?? 0 > 0)
        #expect(tokenizer.json["tokens"] as? Int == 4)
    }

    @Test func settingsOutOfRangeAreRefused() throws {
        let folder = try Folder()
        try folder.writeModel()
        try folder.write("captions.txt", "a cat\n")
        let step = ["benchmark", "step", "--config", "model.json", "--captions", "captions.txt"]
        let cases: [([String], Int32)] = [
            (step + ["--batch", "1"], 64), (step + ["--steps", "0"], 64), (step + ["--device", "tpu"], 64),
            (step + ["--micro-batch", "0"], 64), (step + ["--batch", "4", "--micro-batch", "5"], 64),
            (step + ["--activation-checkpointing", "yes"], 64),
            (["benchmark", "caching"] + step.dropFirst(2) + ["--batch", "4", "--micro-batch", "-1"], 64),
            (["benchmark", "tokenizer", "--captions", "none.txt"], 66),
        ]
        for (arguments, status) in cases {
            let outcome = try Tool.run(arguments, in: folder)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.hasPrefix("error: "))
        }
    }
}
