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
              clip eval captions --adapter runs/captions --data 'data/{00..03}.tar' --captions txt,title.txt
            """,
        subcommands: [
            EvalZeroShotCommand.self, EvalRetrievalCommand.self, EvalNormalizerCommand.self,
            EvalCaptionsCommand.self,
        ]
    )
}
