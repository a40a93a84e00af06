import ArgumentParser

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Look at data and make shards of it before training.",
        discussion: """
            EXAMPLE:
              clip data pack pictures --out data/shards
              clip data check data/shards --out report.html
            """,
        subcommands: [
            DataPackCommand.self, DataIndexCommand.self, DataCheckCommand.self, DataStatsCommand.self,
        ]
    )
}
