import Testing

@Suite struct TokenizeReductionTests {
    private let text = "An orange cat that is sitting on a ledge"

    private func folder() throws -> Folder {
        let folder = try Folder()
        try folder.write(
            "tagger.json",
            """
            {"classes": ["ADJ|-", "AUX|Fin", "DET|-", "NOUN|-", "VERB|Part"],
             "tagdict": {"orange": "ADJ|-", "cat": "NOUN|-", "ledge": "NOUN|-", "is": "AUX|Fin", "sitting": "VERB|Part"},
             "weights": {"bias": {"DET|-": 1}}}
            """
        )
        return folder
    }

    private func pieces(_ arguments: [String], in folder: Folder) throws -> [String] {
        let outcome = try Tool.run(["tokenize", "--json"] + arguments + [text], in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return (outcome.json["pieces"] as? [String] ?? []).map { $0.replacing("</w>", with: "") }
    }

    @Test func aBudgetShowsWhatStays() throws {
        let folder = try folder()
        let syntax = ["--budget", "6", "--reduction", "syntax", "--tagger", "tagger.json"]
        #expect(
            try pieces(syntax, in: folder) == [
                "<start_of_text>", "orange", "cat", "is", "ledge", "<end_of_text>",
            ]
        )
        #expect(
            try pieces(["--budget", "4"], in: folder) == ["<start_of_text>", "an", "orange", "<end_of_text>"]
        )
        let random = ["--budget", "8", "--reduction", "random"]
        let first = try pieces(random, in: folder)
        #expect(first.count == 8)
        #expect(try pieces(random + ["--seed", "0"], in: folder) == first)
        let others = try (1..<5).map { try pieces(random + ["--seed", "\($0)"], in: folder) }
        #expect(Set(others + [first]).count > 1)
    }

    @Test func tagsAreShown() throws {
        let folder = try folder()
        let arguments = ["tokenize", "--tags", "--tagger", "tagger.json", "the orange cat sitting"]
        let outcome = try Tool.run(arguments + ["--json"], in: folder)
        let words = try #require(outcome.json["words"] as? [[String: Any]], "\(outcome.errors)")
        #expect(words.map { $0["text"] as? String } == ["the", "orange", "cat", "sitting"])
        #expect(words.map { $0["tag"] as? String } == ["DET", "ADJ", "NOUN", "VERB"])
        #expect(words.map { $0["priority"] as? Int } == [4, 2, 1, 3])
        let table = try Tool.run(arguments, in: folder).output
        #expect(table.contains("priority") && table.contains("ADJ"))
    }

    /// What the tagger does not read has no tags, and is shown as what it is: truncated.
    @Test func otherScriptsHaveNoTags() throws {
        let folder = try folder()
        let text = "Рыжий кот сидит на подоконнике"
        let tags = ["tokenize", "--tags", "--tagger", "tagger.json"]
        let plain = try Tool.run(["tokenize", "--json", "--budget", "5", text], in: folder)
        #expect(plain.json["reduction"] as? String == "truncate")
        for reduction in ["syntax", "syntaxTable"] {
            let budget = ["--budget", "5", "--reduction", reduction]
            let outcome = try Tool.run(tags + budget + ["--json", text], in: folder)
            #expect(outcome.json["ids"] as? [Int] == plain.json["ids"] as? [Int], "\(outcome.errors)")
            #expect(outcome.json["reduction"] as? String == "truncate")
            #expect(outcome.json["tagged"] as? Bool == false)
            let words = try #require(outcome.json["words"] as? [[String: Any]])
            #expect(words.map { $0["text"] as? String } == text.split(separator: " ").map(String.init))
            #expect(words.allSatisfy { $0.count == 1 })
        }
        for budget in [[], ["--budget", "5", "--reduction", "syntax"]] {
            let table = try Tool.run(tags + budget + [text], in: folder).output
            #expect(table.contains("Рыжий        -    -\n"), "\(table)")
            #expect(table.contains("\nNo tags: the text is mostly in a non-Latin script"), "\(table)")
            #expect(!table.contains("NOUN") && !table.contains("DET"))
        }
        // Without the table it is said beside the ids.
        let arguments = ["--budget", "5", "--reduction", "syntax", "--tagger", "tagger.json", text]
        let ids = try Tool.run(["tokenize"] + arguments, in: folder)
        #expect(ids.errors.contains("note: the text is mostly in a non-Latin script"), "\(ids.errors)")
        #expect(ids.errors.hasSuffix("it is truncated\n"), "\(ids.errors)")
        // As many words as there is room for, of more tokens; and a text that fits.
        let roomy = try Tool.run(
            tags + ["--budget", "7", "--reduction", "syntax", "--json", text],
            in: folder
        )
        #expect(roomy.json["reduction"] as? String == "truncate", "\(roomy.errors)")
        let whole = ["--budget", "70", "--reduction", "syntax", "--tagger", "tagger.json", text]
        #expect(try Tool.run(["tokenize"] + whole, in: folder).errors == "")
    }

    /// The table of a vocabulary looks at the first token of a word alone.
    @Test func tagsAreThoseThatTheReductionGoesBy() throws {
        let folder = try folder()
        let arguments = ["tokenize", "--tags", "--tagger", "tagger.json", "--json", "--budget", "4"]
        let outcome = try Tool.run(arguments + ["--reduction", "syntax", "that catledge orange"], in: folder)
        #expect(outcome.json["tagged"] as? Bool == true && outcome.json["reduction"] as? String == "syntax")
        let words = outcome.json["words"] as? [[String: Any]]
        #expect(words?.map { $0["tag"] as? String } == ["DET", "DET", "ADJ"], "\(outcome.errors)")
        let table = try Tool.run(
            arguments + ["--reduction", "syntaxTable", "that catledge orange"],
            in: folder
        )
        #expect(table.json["reduction"] as? String == "syntaxTable")
        let entries = table.json["words"] as? [[String: Any]]
        #expect(entries?.map { $0["text"] as? String } == ["that", "catledge", "orange"], "\(table.errors)")
        #expect(entries?.map { $0["tag"] as? String } == ["DET", "NOUN", "ADJ"])
        #expect(entries?.map { $0["priority"] as? Int } == [4, 1, 2])
        #expect((table.json["pieces"] as? [String])?.dropFirst().first == "cat")
    }

    @Test func whatCannotBeIsRefused() throws {
        let folder = try folder()
        let cases: [([String], Int32, String)] = [
            (["--budget", "2"], 64, "--budget is 2; expected 3 or more"),
            (["--budget", "8", "--context", "9"], 64, "give one of them"),
            (["--reduction", "block"], 64, "needs a --budget"),
            (["--budget", "8", "--reduction", "nouns"], 64, "nouns"),
            (["--budget", "8", "--tagger", "tagger.json"], 64, "--tagger is for --tags"),
            (["--budget", "8", "--seed", "3"], 64, "--seed is for --reduction random"),
            (["--budget", "78", "--config", "ViT-B-32"], 64, "the model takes 77 tokens"),
            (["--tags", "--tagger", "none.json"], 66, "scripts/models tagger"),
        ]
        for (arguments, status, message) in cases {
            let outcome = try Tool.run(["tokenize"] + arguments + [text], in: folder)
            #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
        }
    }

    @Test func evaluationsSayThatTextsAreReduced() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "2 steps")
        let budget = ["--set", "tokens.text={budget: 3, inEvaluation: true}"]
        let run = try Tool.run(["train", "recipe.yaml", "--run", "run"] + budget, in: folder)
        try #require(run.status == 0, "\(run.errors)")
        let arguments = ["eval", "retrieval", "--data", "data", "--threads", "1", "--checkpoint"]
        let reduced = try Tool.run(arguments + ["run"], in: folder)
        #expect(reduced.status == 0)
        #expect(
            reduced.errors.contains(
                "note: texts are reduced to 3 tokens (truncate), as the checkpoint's recipe says"
            ),
            "\(reduced.errors)"
        )
        try folder.makeCheckpoint()
        #expect(!(try Tool.run(arguments + ["start"], in: folder)).errors.contains("reduced"))
        // A loss of a program, whose recipe the tool cannot read.
        let file = "run/checkpoints/step-2/recipe.yaml"
        let recipe = String(decoding: try folder.bytes(file), as: UTF8.self)
        let strange = recipe.replacing("kind: contrastive", with: "kind: mine")
        #expect(strange != recipe && strange.contains("inEvaluation: true"))
        try folder.write(file, strange)
        let unread = try Tool.run(arguments + ["run"], in: folder)
        #expect(unread.errors.contains("texts are not reduced"), "\(unread.errors)")
        try folder.write(file, strange.replacing("inEvaluation: true", with: "inEvaluation: false"))
        let plain = try Tool.run(arguments + ["run"], in: folder)
        #expect(plain.status == 0 && !plain.errors.contains("reduced"), "\(plain.errors)")
    }

    @Test func evaluationsTellOfOtherScripts() throws {
        let folder = try folder()
        try folder.writePictures(6)
        for number in 0..<6 { try folder.write("pictures/p\(number).txt", "очень большой красный квадрат\n") }
        _ = try Tool.run(["data", "pack", "pictures", "--out", "data"], in: folder)
        try folder.writeRecipe(length: "2 steps")
        let text = "tokens.text={budget: 5, reduction: syntax, tagger: tagger.json, inEvaluation: true}"
        let run = try Tool.run(["train", "recipe.yaml", "--run", "run", "--set", text], in: folder)
        try #require(run.status == 0, "\(run.errors)")
        let arguments = ["eval", "retrieval", "--data", "data", "--threads", "1", "--checkpoint", "run"]
        let outcome = try Tool.run(arguments, in: folder)
        #expect(outcome.errors.contains("6 of 6 long captions"), "\(outcome.errors)")
    }
}
