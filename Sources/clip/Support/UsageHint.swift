import ArgumentParser
import CLIPData

/// What to add to the parser's words about a command line that makes no sense.
enum UsageHint {
    /// A sentence, or nil where there is nothing to guess.
    ///
    /// - Parameter arguments: The command line without the program's name.
    static func text(_ arguments: [String]) -> String? {
        var command: any ParsableCommand.Type = ClipTool.self
        var rest = arguments[...]
        while let word = rest.first, let next = named(word, in: command) {
            command = next
            rest = rest.dropFirst()
        }
        if let word = rest.first, !command.configuration.subcommands.isEmpty, !word.hasPrefix("-") {
            let names = command.configuration.subcommands.compactMap { $0.configuration.commandName }
            return Spelling.nearest(to: word, among: names).map { "Did you mean '\($0)'?" }
                ?? "There are: \(names.joined(separator: ", "))."
        }
        let isOption = { (word: String) in
            ["--json", "--context", "--cleaning"].contains { word == $0 || word.hasPrefix("\($0)=") }
        }
        if command == TokenizeCommand.self, !rest.contains("--"),
            rest.contains(where: { $0.hasPrefix("-") && $0 != "-" && !isOption($0) })
        {
            return "Text that begins with '-' goes behind '--': clip tokenize -- '-text'."
        }
        return nil
    }

    private static func named(
        _ word: String,
        in command: any ParsableCommand.Type
    ) -> (any ParsableCommand.Type)? {
        command.configuration.subcommands.first { $0.configuration.commandName == word }
    }
}
