import Testing

/// How many tokens a text may have: one rule for all commands and recipes.
@Suite struct TextLengthTests {
    private func folder() throws -> Folder {
        let folder = try Folder()
        try folder.writeModel()
        try folder.write("captions.txt", "a cat\na dog in the snow\n")
        return folder
    }

    @Test func atLeastOneTokenBetweenStartAndEnd() throws {
        let folder = try folder()
        let model = ["--config", "model.json"]
        let commands = [
            (["tokenize", "a cat"], ["--context", "--budget"]),
            (["data", "check", "data"], ["--context"]),
            (["benchmark", "step", "--captions", "captions.txt"] + model, ["--context"]),
            (["benchmark", "linear"] + model, ["--context"]),
        ]
        for (command, options) in commands {
            for option in options {
                let refused = try Tool.run(command + [option, "2"], in: folder)
                #expect(refused.status == 64, "\(refused.errors)")
                #expect(refused.errors.hasPrefix("error: \(option) is 2; expected 3 or more.\n"))
            }
        }
        for option in ["--context", "--budget"] {
            let taken = try Tool.run(["tokenize", "a cat", "--json", option, "3"], in: folder)
            #expect((taken.json["ids"] as? [Int])?.count == 3, "\(taken.errors)")
        }
        let linear = ["benchmark", "linear", "--rounds", "1", "--threads", "1", "--context", "3"] + model
        #expect(try Tool.run(linear, in: folder).status == 0)
    }

    @Test func atMostWhatTheModelTakes() throws {
        let folder = try folder()
        try folder.makeCheckpoint()
        for option in ["--context", "--budget"] {
            for model in [["--config", "model.json"], ["--checkpoint", "start"]] {
                let command = ["tokenize", "a cat", "--json"] + model + [option]
                let refused = try Tool.run(command + ["17"], in: folder)
                #expect(refused.status == 64)
                #expect(
                    refused.errors.hasPrefix(
                        "error: \(option) is 17, and the model takes 16 tokens; give at most 16.\n"
                    ),
                    "\(refused.errors)"
                )
                #expect(try Tool.run(command + ["16"], in: folder).status == 0)
            }
            // Without a model, nothing says how many there may be.
            #expect(try Tool.run(["tokenize", "a cat", option, "1000"], in: folder).status == 0)
        }
    }

    @Test func recipesHaveTheSameBound() throws {
        let folder = try folder()
        try folder.write(
            "recipe.yaml",
            "{model: {config: model.json}, data: {train: d}, batch: 2, length: 2 steps, device: cpu}"
        )
        for key in ["model.contextLength", "tokens.text.budget"] {
            let refused = try Tool.run(["plan", "recipe.yaml", "--set", "\(key)=2"], in: folder)
            #expect(refused.status == 65 && refused.errors.contains("3 or more"), "\(refused.errors)")
            let taken = try Tool.run(["plan", "recipe.yaml", "--set", "\(key)=3"], in: folder)
            #expect(taken.status == 0, "\(taken.errors)")
        }
    }
}
