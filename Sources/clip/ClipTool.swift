import ArgumentParser
import CLIPTraining
import Foundation

/// The command-line tool: training, evaluation, features, data and benchmarks.
@main
struct ClipTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clip",
        abstract: "Train and evaluate image-text models.",
        discussion: """
            Results go to standard output, progress and messages to standard error. With --json a command prints \
            one JSON object and nothing else.

            EXAMPLE:
              clip data pack pictures --out data/shards
              clip train recipe.yaml --run runs/first
              clip eval retrieval --checkpoint runs/first --data data/held-out
            """,
        version: ToolVersion.text,
        subcommands: [
            TrainCommand.self, PlanCommand.self, RecipeCommand.self, EvalCommand.self, EmbedCommand.self,
            DataCommand.self, ModelCommand.self, TokenizeCommand.self, BenchmarkCommand.self,
        ]
    )

    /// Runs a command on the main thread and leaves with a status of sysexits.
    static func main() {
        StandardDescriptors.fill()
        Signals.restore()
        do {
            try InheritedNames.check()
            var command = try parseAsRoot()
            if command is any ComputingCommand { ProcessTuning.apply() }
            if command is any ReadingCommand {
                try Stopping.flag.abandoning { try command.run() }
            } else {
                try command.run()
            }
        } catch {
            leave(with: error)
        }
    }

    private static func leave(with error: any Error) -> Never {
        if let interruption = error as? Interruption {
            Console.note("\(interruption)")
            // As a shell has it for a program that the signal ends.
            Foundation.exit(128 + (interruption.signal ?? SIGINT))
        }
        let code = exitCode(for: error)
        if error is ExitCode || code == .success { exit(withError: error) }
        if code == .validationFailure {
            Console.note(UsageMessage(Array(CommandLine.arguments.dropFirst())).text(error))
            Foundation.exit(ExitStatus.usage.rawValue)
        }
        Console.note("error: \(ErrorText.describe(error))")
        Foundation.exit(ExitStatus(of: error).rawValue)
    }
}
