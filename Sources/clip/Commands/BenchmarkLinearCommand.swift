import ArgumentParser
import CLIPTraining

struct BenchmarkLinearCommand: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "linear",
        abstract: "Time a model's linear layers alone: a lower bound on the time of a step.",
        discussion: """
            Times the forward and backward products of every layer on random numbers; texts fill the context. The fastest \
            round counts.

            EXAMPLE:
              clip benchmark linear --config ViT-B-16 --batch 64 --precision bf16
              clip benchmark linear --config ViT-B-16 --size 112 --context 16 --precision float32 --json
            """
    )

    @Option(name: .long, help: "A name of 'clip model list', or a JSON configuration.", completion: .file())
    var config: String

    @OptionGroup var tokens: TokenOptions

    @Option(name: .long, parsing: .unconditional, help: "Pairs in a step.")
    var batch = 64

    @Option(name: .long, help: "What is multiplied: bf16 or float32.")
    var precision: PrecisionOption = .float32

    @Option(name: .long, parsing: .unconditional, help: "How often each layer is timed.")
    var rounds = 5

    @OptionGroup var device: DeviceOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try threads.apply()
        let report = try LinearBenchmark(
            configuration: tokens.configuration(config),
            batch: batch,
            precision: precision.value,
            rounds: rounds,
            device: device.device
        ).run()
        try output.present(report) {
            "\(config), batch \(batch), \(report.precision) on \(report.device): "
                + "\(Figures.fixed(report.gigaflopsPerSecond, 1)) GFLOP/s, "
                + "\(Figures.fixed(report.seconds, 2)) s for a step's linear layers"
        }
    }
}
