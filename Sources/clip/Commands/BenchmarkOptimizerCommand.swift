public import ArgumentParser
public import CLIPTraining
import Torch

struct BenchmarkOptimizerCommand: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimizer",
        abstract: "Time the optimizer's step alone, and count the bytes that it keeps.",
        discussion: """
            Square matrices with random gradients take the place of a model. Bytes are those of the tensors, per trained \
            value.

            EXAMPLE:
              clip benchmark optimizer --kind adamw --moments bfloat16 --weights bfloat16
              clip benchmark optimizer --kind lion --matrices 16 --width 1024 --steps 50 --json
            """
    )

    @Option(name: .long, help: "The update rule.")
    var kind: Recipe.Optimizer.Kind = .adamw

    @Option(name: .long, help: "How moments are kept.")
    var moments: Recipe.Storage.Width = .float32

    @Option(name: .long, help: "How weights are kept.")
    var weights: Recipe.Storage.Width = .float32

    @Option(name: .long, parsing: .unconditional, help: "How many matrices.")
    var matrices = 8

    @Option(name: .long, parsing: .unconditional, help: "The side of each matrix.")
    var width = 1024

    @Option(name: .long, parsing: .unconditional, help: "Timed steps.")
    var steps = 20

    @OptionGroup var device: DeviceOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try threads.apply()
        var storage = Recipe.Storage()
        storage.moments = moments
        storage.weights = weights
        let report = try OptimizerBenchmark(
            kind: kind,
            storage: storage,
            matrices: matrices,
            width: width,
            steps: steps,
            device: device.device
        ).run()
        try output.present(report) {
            "\(report.kind), \(report.parameters) values, moments \(report.moments), weights \(report.weights) "
                + "on \(report.device): \(Figures.fixed(report.medianSeconds * 1000, 2)) ms a step; bytes per value: "
                + "\(Figures.fixed(report.momentBytesPerParameter, 1)) moments, "
                + "\(Figures.fixed(report.weightBytesPerParameter, 1)) weight, "
                + "\(Figures.fixed(report.gradientBytesPerParameter, 1)) gradient"
        }
    }
}

extension Recipe.Optimizer.Kind: ExpressibleByArgument {}
extension Recipe.Storage.Width: ExpressibleByArgument {}
