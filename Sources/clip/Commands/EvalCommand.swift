import ArgumentParser

struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate a checkpoint or a run.",
        discussion: """
            EXAMPLE:
              clip eval zeroshot --checkpoint runs/demo --data data/demo/emojione
              clip eval retrieval --checkpoint runs/demo --data data/demo/retrieval
              clip eval normalizer runs/demo
            """,
        subcommands: [EvalZeroShotCommand.self, EvalRetrievalCommand.self, EvalNormalizerCommand.self]
    )
}
