import Foundation
import Testing

/// What the tool says of command lines that make no sense.
@Suite struct UsageTests {
    private static let hint = "Text that begins with '-' goes behind '--': clip tokenize -- '-text'.\n"

    /// The list of values follows its sentence, and the usage comes behind both.
    @Test func sentencesAndTheirListsStayTogether() throws {
        let outcome = try Tool.run(
            ["tokenize", "--budget", "6", "--reduction", "nouns", "a cat"],
            in: Folder()
        )
        #expect(outcome.status == 64)
        #expect(
            outcome.errors.contains("Please provide one of the following:\n  - truncate\n  - random\n"),
            "\(outcome.errors)"
        )
        #expect(!outcome.errors.contains("goes behind"))
    }

    @Test(arguments: [
        ["--budget", "2", "a cat"], ["--budget", "abc", "a cat"], ["--budget", "-4", "a cat"],
        ["a cat", "--tagger"], ["--tagger", "-x.json", "a cat"], ["--bugdet", "5", "a cat"],
        ["--reduction", "block", "a cat"], ["--budget=-4", "a cat"],
    ])
    func otherErrorsHaveNoHint(arguments: [String]) throws {
        let outcome = try Tool.run(["tokenize"] + arguments, in: Folder())
        #expect(outcome.status == 64 && outcome.errors.contains("Usage: clip tokenize"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("goes behind"), "\(outcome.errors)")
    }

    @Test(arguments: [
        ["-text"], ["--json", "-5 degrees"], ["a", "cat", "-text", "--budget", "5"],
        ["--budget", "5", "-text"],
        ["--a-cat-on-a-ledge"],
    ])
    func textThatBeginsWithADashIsHintedAtLast(arguments: [String]) throws {
        let outcome = try Tool.run(["tokenize"] + arguments, in: Folder())
        #expect(outcome.status == 64 && outcome.errors.contains("Usage: clip tokenize"), "\(outcome.errors)")
        #expect(outcome.errors.hasSuffix("\n" + Self.hint), "\(outcome.errors)")
    }

    /// A command that runs already refuses its arguments like one that does not yet.
    @Test(arguments: [
        (["tokenize"], ["--budget", "78", "--config", "ViT-B-32", "a cat"]),
        (["tokenize"], ["--context", "78", "--config", "ViT-B-32", "a cat"]),
        (["benchmark", "optimizer"], ["--device", "tpu"]), (["plan"], ["recipe.yaml", "--ranks", "0"]),
        (["data", "stats"], ["data", "--threads", "0"]),
        (["benchmark", "step"], ["--config", "ViT-B-32", "--captions", "none", "--preset", "best"]),
    ])
    func theUsageIsThatOfTheCommand(command: [String], arguments: [String]) throws {
        let name = "clip " + command.joined(separator: " ")
        let outcome = try Tool.run(command + arguments, in: Folder())
        #expect(outcome.status == 64 && outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
        #expect(outcome.errors.contains("\nUsage: \(name) "), "\(outcome.errors)")
        #expect(outcome.errors.hasSuffix("\n  See '\(name) --help' for more information.\n"))
    }

    // MARK: Negative numbers

    private struct Help: Decodable {
        struct Command: Decodable {
            var commandName: String
            var subcommands: [Command]?
            var arguments: [Argument]?
        }

        struct Argument: Decodable {
            struct Name: Decodable { var name: String }

            var kind: String
            var parsingStrategy: String
            var preferredName: Name?
        }

        var command: Command
    }

    /// Options whose values are text. What follows one of them and begins with '-' is the next option.
    private static let texts: Set<String> = [
        "activation-checkpointing", "adapter", "after", "alpha", "archives", "cache",
        "caption-features", "captions", "captions-from", "certificates", "checkpoint", "cleaning",
        "config", "data", "decode", "device", "file", "format", "freeze", "gray16", "image-fields",
        "index", "instruction", "kind", "language-adapter", "language-model", "layout", "lines",
        "members", "model", "moments", "orientation", "out", "part", "plot", "pooling", "precision",
        "preset", "reduction", "resume", "run", "set", "shuffle", "sources", "split", "tagger",
        "tokenizer", "type", "weights", "wrapper",
    ]

    /// A number is taken as it stands, so that a negative one is refused by its range, and not as an option.
    @Test func allNumbersMayBeNegative() throws {
        let outcome = try Tool.run(["--experimental-dump-help"], in: Folder())
        let help = try JSONDecoder().decode(Help.self, from: Data(outcome.output.utf8))
        var pending = [help.command]
        var found: Set<String> = []
        while let command = pending.popLast() {
            pending += command.subcommands ?? []
            for argument in command.arguments ?? [] where argument.kind == "option" {
                let name = argument.preferredName?.name ?? ""
                found.insert(name)
                #expect(
                    (argument.parsingStrategy == "unconditional") == !Self.texts.contains(name),
                    "--\(name) of \(command.commandName): a number is parsed unconditionally, a text is not"
                )
            }
        }
        #expect(
            found.isSuperset(of: Self.texts.union(["budget", "flops", "batch", "threads", "cache-limit"]))
        )
    }

    @Test(arguments: [
        (["tokenize", "--budget", "-4", "a cat"], "--budget is -4; expected 3 or more."),
        (["tokenize", "--context", "-1", "a cat"], "--context is -1; expected 3 or more."),
        (["tokenize", "--seed", "-1", "a cat"], "The value '-1' is invalid for '--seed <seed>'"),
        (
            ["plan", "recipe.yaml", "--flops", "-3"],
            "'--flops <flops>': expected a number above 0, such as 300G"
        ),
        (["plan", "recipe.yaml", "--flops", "-300G"], "The value '-300G' is invalid"),
        (["plan", "recipe.yaml", "--memory", "-8GiB"], "expected 1MiB or more, such as 20GiB"),
        (["plan", "recipe.yaml", "--ranks", "-2"], "--ranks is -2; expected 1 to 1048576."),
        (["benchmark", "optimizer", "--threads", "-1"], "--threads is -1; expected 1 to 1024."),
        (["data", "stats", "data", "--limit", "-1"], "--limit is -1; expected 1 or more."),
        (
            ["data", "index", "data", "--cache-limit", "-0.5"],
            "--cache-limit is -0.5; expected a number of GiB"
        ),
    ])
    func negativeNumbersAreRefusedByTheirRange(arguments: [String], message: String) throws {
        let outcome = try Tool.run(arguments, in: Folder())
        #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome.errors)")
    }
}
