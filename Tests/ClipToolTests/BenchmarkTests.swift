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
        let frozen = try Tool.run(
            ["benchmark", "step", "--steps", "1", "--freeze", "visual\\..*", "--preset", "fastclip-v3"]
                + ["--state-samples", "1000"] + options,
            in: folder
        )
        #expect(frozen.status == 0, "\(frozen.errors)")
        #expect(frozen.json["loss"] as? Double != nil)
        let caching = try Tool.run(["benchmark", "caching"] + options, in: folder)
        #expect(caching.status == 0, "\(caching.errors)")
        #expect(caching.json["relative_difference"] as? Double ?? 1 < 1e-5)
        #expect(caching.json["gradient_norm"] as? Double ?? 0 > 0)
    }

    @Test func tokensAreChosenAndFilled() throws {
        let folder = try Folder()
        try folder.writeModel()
        try folder.write("captions.txt", "a cat\na dog in the snow\nthree words more\n")
        func report(_ options: [String]) throws -> [String: Any] {
            let outcome = try Tool.run(
                [
                    "benchmark", "step", "--config", "model.json", "--batch", "4", "--steps", "1", "--warmup",
                    "0",
                    "--captions", "captions.txt", "--threads", "1", "--json",
                ] + options,
                in: folder
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            return outcome.json
        }
        let whole = try report([])
        #expect(whole["optimizer"] as? Bool == true && whole["activation_bytes"] == nil)
        let (size, context) = (whole["image_size"] as? Int ?? 0, whole["context_length"] as? Int ?? 0)
        let full = try report(["--fill"])
        #expect(full["mean_tokens"] as? Double == Double(context))
        // Blocks of 3,072 values over 5 rows and 16, attention of width 16, patch embedding and both projections.
        let (image, text) = (3072 * 5 + 2 * 16 * 25 + 16 * (192 * 4 + 8), 3072 * 16 + 2 * 16 * 256 + 16 * 8)
        let gigaflops = Double(2 * (image + text)) / 1e9
        #expect(abs((full["gigaflops_per_pair"] as? Double ?? 0) - gigaflops) < 1e-12)
        #expect(full["gigaflops_per_pair"] as? Double ?? 0 > whole["gigaflops_per_pair"] as? Double ?? 0)
        let short = try report(["--size", "\(size * 2)", "--context", "4", "--fill", "--no-optimizer"])
        #expect(short["image_size"] as? Int == size * 2 && short["context_length"] as? Int == 4)
        #expect(short["mean_tokens"] as? Double == 4)
        #expect(short["optimizer"] as? Bool == false && short["activation_bytes"] as? Int != nil)
        // The same first step, whether the weights move after it or not.
        let still = try report(["--no-optimizer"])
        #expect(still["loss"] as? Double == whole["loss"] as? Double)
        let bad = ["--size", "\(size + 1)"]
        let refused = try Tool.run(
            ["benchmark", "step", "--config", "model.json", "--captions", "captions.txt"] + bad,
            in: folder
        )
        #expect(
            refused.status == 65 && refused.errors.contains("a multiple of the patch"),
            "\(refused.errors)"
        )
    }

    @Test func linearLayersAreTimedAlone() throws {
        let folder = try Folder()
        try folder.writeModel()
        let outcome = try Tool.run(
            [
                "benchmark", "linear", "--config", "model.json", "--batch", "3", "--context", "5", "--rounds",
                "1",
                "--precision", "bf16", "--threads", "1", "--json",
            ],
            in: folder
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.json["context_length"] as? Int == 5 && outcome.json["batch"] as? Int == 3)
        let (seconds, rate) = (
            outcome.json["seconds"] as? Double ?? 0, outcome.json["gigaflops_per_second"] as? Double ?? 0
        )
        // Three products for each of the 16·(4·16 + 2·64) values of either tower's block and each row: images have 5, texts too.
        let (values, rows) = (16 * (4 * 16 + 2 * 64), 3 * 5 + 3 * 5)
        let products = Double(3 * values * rows)
        #expect(seconds > 0 && abs(seconds * rate * 1e9 / (2 * products) - 1) < 1e-6)
    }

    @Test func optimizerReportsTimeAndBytes() throws {
        let folder = try Folder()
        let arguments = [
            "benchmark", "optimizer", "--matrices", "2", "--width", "8", "--steps", "3", "--json",
        ]
        for (kind, moments, weights, bytes) in [
            ("adamw", "float32", "float32", 8.0), ("adamw", "bfloat16", "bfloat16", 4),
            ("lion", "bfloat16", "float32", 2),
            ("lamb", "float32", "bfloat16", 8), ("sgd", "float32", "float32", 4),
        ] {
            let outcome = try Tool.run(
                arguments + ["--kind", kind, "--moments", moments, "--weights", weights],
                in: folder
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.json["moment_bytes_per_parameter"] as? Double == bytes)
            #expect(outcome.json["weight_bytes_per_parameter"] as? Double == (weights == "float32" ? 4 : 2))
            #expect(outcome.json["parameters"] as? Int == 128)
            #expect((outcome.json["seconds_per_step"] as? [Double])?.count == 3)
        }
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

    @Test func sentencesReportRatesAndWriteVectors() throws {
        let folder = try Folder()
        try folder.writeLanguageModel()
        try folder.write("captions.txt", "a cat\na dog\n\n")
        let arguments = [
            "benchmark", "sentences", "--captions", "captions.txt", "--rounds", "1", "--threads", "1",
            "--json",
        ]
        let outcome = try Tool.run(
            arguments + ["--language-model", "lm", "--precision", "bf16", "--out", "vectors.safetensors"],
            in: folder
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.json["captions_per_second"] as? Double ?? 0 > 0)
        #expect(outcome.json["precision"] as? String == "bfloat16")
        // A token for each byte; the empty line is the end token.
        #expect(outcome.json["tokens"] as? Int == 11)
        let header = try String(decoding: folder.bytes("vectors.safetensors").prefix(200), as: UTF8.self)
        #expect(header.contains(#""shape":[3,8]"#))
        let missing = try Tool.run(arguments + ["--language-model", "nothing"], in: folder)
        #expect(missing.status == 66)
        #expect(missing.errors.contains("there is no language model at 'nothing'"))
    }

    @Test func settingsOutOfRangeAreRefused() throws {
        let folder = try Folder()
        try folder.writeModel()
        try folder.write("captions.txt", "a cat\n")
        let step = ["benchmark", "step", "--config", "model.json", "--captions", "captions.txt"]
        let cases: [([String], Int32)] = [
            (step + ["--batch", "1"], 64), (step + ["--steps", "0"], 64), (step + ["--device", "tpu"], 64),
            (step + ["--micro-batch", "0"], 64), (step + ["--batch", "4", "--micro-batch", "5"], 64),
            (step + ["--activation-checkpointing", "yes"], 64), (step + ["--freeze", "none"], 65),
            (step + ["--batch", "4", "--state-samples", "3"], 64), (step + ["--freeze", "("], 65),
            (["benchmark", "caching"] + step.dropFirst(2) + ["--batch", "4", "--micro-batch", "-1"], 64),
            (["benchmark", "optimizer", "--matrices", "0"], 64),
            (["benchmark", "optimizer", "--kind", "adam"], 64),
            (["benchmark", "tokenizer", "--captions", "none.txt"], 66),
        ]
        for (arguments, status) in cases {
            let outcome = try Tool.run(arguments, in: folder)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.hasPrefix("error: "))
        }
    }
}
