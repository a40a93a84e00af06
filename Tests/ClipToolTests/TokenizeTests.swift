import Testing

@Suite struct TokenizeTests {
    @Test func idsAndPieces() throws {
        let outcome = try Tool.run(["tokenize", "--json", "a photo of a cat"], in: Folder())
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(outcome.json["ids"] as? [Int] == [320, 1125, 539, 320, 2368])
        #expect(outcome.json["pieces"] as? [String] == ["a</w>", "photo</w>", "of</w>", "a</w>", "cat</w>"])
        #expect(outcome.output.filter(\.isNewline).count == 1)
    }

    @Test func aContextAddsStartAndEndAndCuts() throws {
        let outcome = try Tool.run(
            ["tokenize", "--json", "--context", "4", "a photo of a cat"],
            in: Folder()
        )
        #expect(outcome.json["ids"] as? [Int] == [49406, 320, 1125, 49407])
    }

    @Test func aDashReadsStandardInput() throws {
        let outcome = try Tool.run(["tokenize", "--json", "-"], input: "a photo of a cat\n", in: Folder())
        #expect(outcome.json["ids"] as? [Int] == [320, 1125, 539, 320, 2368], "\(outcome.errors)")
    }

    /// A vocabulary as long as BERT's, of few words.
    private func makeVocabulary(in folder: Folder) throws {
        var lines = ["[PAD]"] + (1..<100).map { "[unused\($0)]" } + ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        lines += ["a", "photo", "of", "cat", "##s"]
        lines += (lines.count..<30_522).map { "filler\($0)" }
        try folder.write("models/bert-base-uncased/vocab.txt", lines.joined(separator: "\n") + "\n")
    }

    private func tokenize(_ arguments: String, in folder: Folder) throws -> Tool.Outcome {
        try Tool.shell("SWIFT_CLIP_MODELS=models $clip \(arguments)", in: folder).outcome()
    }

    @Test func aModelsTokenizerIsTaken() throws {
        let folder = try Folder()
        try makeVocabulary(in: folder)
        let named = try tokenize("tokenize --json --config ViT-L-14-CLIPA 'a Photo of cats.'", in: folder)
        #expect(named.json["ids"] as? [Int] == [104, 105, 106, 107, 108, 100], "\(named.errors)")
        #expect(named.json["pieces"] as? [String] == ["a", "photo", "of", "cat", "##s", "[UNK]"])

        try folder.write(
            "small.json",
            #"{"embed_dim": 8, "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 8, "head_width": 8, "layers": 1},"#
                + #" "text_cfg": {"context_length": 6, "vocab_size": 32000, "width": 8, "heads": 1, "layers": 1, "#
                + #""hf_tokenizer_name": "bert-base-uncased", "tokenizer_kwargs": {"strip_sep_token": true}, "#
                + #""no_causal_mask": true, "pool_type": "last"}}"#
        )
        let made = try tokenize("model init --config small.json --out small", in: folder)
        #expect(made.status == 0, "\(made.errors)")
        // The checkpoint is whole by itself.
        let own = try Tool.run(
            ["tokenize", "--json", "--checkpoint", "small", "--context", "5", "a photo of a cat"],
            in: folder
        )
        #expect(own.json["ids"] as? [Int] == [101, 104, 105, 106, 0], "\(own.errors)")
        let shown = try Tool.run(["model", "show", "small"], in: folder)
        #expect(
            shown.output.contains("bert-base-uncased (clean: whitespace, without [SEP])"),
            "\(shown.output)"
        )
        try folder.write("texts.txt", "a photo of cats\n")
        let embedded = try Tool.run(
            ["embed", "texts", "--checkpoint", "small", "--out", "f.safetensors", "--file", "texts.txt"],
            in: folder
        )
        #expect(embedded.status == 0, "\(embedded.errors)")

        try folder.writePictures(2)
        for number in 0..<2 { try folder.write("pictures/p\(number).txt", "photo of cats, cats\n") }
        _ = try Tool.run(["data", "pack", "pictures", "--out", "data"], in: folder)
        let statistics = try Tool.run(
            ["data", "stats", "data", "--checkpoint", "small", "--json"],
            in: folder
        )
        let captions = (statistics.json["captions"] as? [[String: Any]])?.first
        // Seven pieces, [CLS] and the end; CLIP's own tokenizer makes five of the caption.
        #expect((captions?["tokens"] as? [String: Any])?["maximum"] as? Int == 9, "\(statistics.errors)")
        let check = try Tool.run(["data", "check", "data", "--checkpoint", "small", "--json"], in: folder)
        let checked = check.json["captions"] as? [String: Any]
        #expect(checked?["context_length"] as? Int ?? checked?["contextLength"] as? Int == 6)
        #expect(checked?["cut"] as? Int == 2, "\(check.errors)")
        let longer = ["data", "check", "data", "--checkpoint", "small", "--context", "9", "--json"]
        #expect((try Tool.run(longer, in: folder).json["captions"] as? [String: Any])?["cut"] as? Int == 0)
    }

    @Test func aVocabularyThatIsNotThereIsNamed() throws {
        let folder = try Folder()
        for command in ["tokenize --config ViT-L-14-CLIPA cat", "model init --config ViT-L-14-CLIPA --out x"]
        {
            let outcome = try tokenize(command, in: folder)
            #expect(outcome.status == 66)
            #expect(outcome.errors.contains("run `scripts/models wordpiece`"), "\(outcome.errors)")
        }
        #expect(!folder.holds("x"))
    }

    @Test func cleaningIsForTheToolsOwnTokenizer() throws {
        let arguments = ["tokenize", "--config", "ViT-B-32", "--cleaning", "whitespace", "cat"]
        let outcome = try Tool.run(arguments, in: Folder())
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--cleaning"), "\(outcome.errors)")
    }

    @Test func textHasALineForEachToken() throws {
        let outcome = try Tool.run(["tokenize", "two", "dogs"], in: Folder())
        #expect(outcome.output.split(separator: "\n").map { $0.split(separator: " ").count } == [2, 2])
    }
}
