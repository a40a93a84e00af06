import ArgumentParser

struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "List architectures, look at checkpoints, and make new ones.",
        discussion: """
            EXAMPLE:
              clip model list
              clip model show ViT-B-32
              clip model init --config ViT-S-16 --seed 1 --out models/start
            """,
        subcommands: [
            ModelListCommand.self, ModelShowCommand.self, ModelInitCommand.self, ModelCopyCommand.self,
        ]
    )
}
