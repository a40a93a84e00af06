import ArgumentParser
import CLIPData

/// What the tool says of a command line that makes no sense.
struct UsageMessage {
    /// The command that the line names, as far as it names one.
    private var command: any ParsableCommand.Type = ClipTool.self
    /// How it is called, as `clip data check`.
    private var name = "clip"
    /// What follows the name.
    private var rest: ArraySlice<String>

    /// - Parameter arguments: The command line without the program's name.
    init(_ arguments: [String]) {
        rest = arguments[...]
        while let word = rest.first, let next = Self.named(word, in: command) {
            command = next
            name += " \(word)"
            rest = rest.dropFirst()
        }
    }

    /// The problem, how the command is used, and last what may have been meant.
    func text(_ error: any Error) -> String {
        [problem(error), hint].compactMap(\.self).joined(separator: "\n")
    }

    /// The problem and the usage, in the shape of all other messages.
    private func problem(_ error: any Error) -> String {
        if let error = error as? ValidationError {
            // Of a command that runs already. The parser has forgotten which, and would show the usage of the tool.
            return """
                error: \(error.message)
                Usage: \(ClipTool.usageString(for: command))
                  See '\(name) --help' for more information.
                """
        }
        let text = ClipTool.fullMessage(for: error)
        return text.hasPrefix("Error:") ? "error:" + text.dropFirst("Error:".count) : text
    }

    private var hint: String? {
        if let word = rest.first, !command.configuration.subcommands.isEmpty, !word.hasPrefix("-") {
            let names = command.configuration.subcommands.compactMap { $0.configuration.commandName }
            return Spelling.nearest(to: word, among: names).map { "Did you mean '\($0)'?" }
                ?? "There are: \(names.joined(separator: ", "))."
        }
        guard command == TokenizeCommand.self,
            OptionNames(of: command).firstUnknown(in: rest.prefix { $0 != "--" }) != nil
        else { return nil }
        return "Text that begins with '-' goes behind '--': clip tokenize -- '-text'."
    }

    private static func named(
        _ word: String,
        in command: any ParsableCommand.Type
    ) -> (any ParsableCommand.Type)? {
        command.configuration.subcommands.first { $0.configuration.commandName == word }
    }
}
