import ArgumentParser

struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "Measure this machine's speed without a training run.",
        discussion: """
            EXAMPLE:
              clip benchmark step --config ViT-S-32 --batch 64 --precision bf16 --captions captions.txt
              clip benchmark loader --data data/train --threads 2
            """,
        subcommands: [
            BenchmarkStepCommand.self, BenchmarkCachingCommand.self, BenchmarkOptimizerCommand.self,
            BenchmarkLinearCommand.self,
            BenchmarkLoaderCommand.self,
            BenchmarkTokenizerCommand.self, BenchmarkSentencesCommand.self,
        ]
    )
}
