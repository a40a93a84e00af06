import Testing

@Suite struct HelpTests {
    static let commands = [
        "", "train", "plan", "recipe", "recipe presets", "recipe show", "eval", "eval zeroshot",
        "eval retrieval",
        "eval normalizer", "eval captions", "embed", "embed images",
        "embed texts", "embed captions", "embed merge", "embed show", "embed import", "embed export",
        "data",
        "data pack", "data index", "data check", "data stats", "model", "model list", "model show",
        "model init", "model copy",
        "tokenize",
        "benchmark", "benchmark step", "benchmark caching", "benchmark optimizer", "benchmark loader",
        "benchmark tokenizer", "benchmark linear", "benchmark sentences",
    ]

    @Test(arguments: commands)
    func everyCommandHasAnExampleAndJSON(_ command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let help = try Tool.run(words + ["--help"], in: Folder())
        #expect(help.status == 0)
        #expect(help.errors == "")
        let lines = help.output.split(separator: "\n")
        let start = try #require(lines.firstIndex(of: "EXAMPLE:"))
        let example = lines[start + 1].split(separator: " ").map(String.init)
        #expect(example.starts(with: ["clip"] + words))
        #expect(help.output.contains("--json") || help.output.contains("SUBCOMMANDS:"))
    }

    @Test(arguments: [["nonsense"], ["train"], ["tokenize"], ["benchmark", "step", "--batch", "many"]])
    func aWrongCommandLineSaysHowItIsUsed(_ arguments: [String]) throws {
        let outcome = try Tool.run(arguments, in: Folder())
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("error: "))
        #expect(outcome.errors.contains("Usage: clip"))
    }
}
