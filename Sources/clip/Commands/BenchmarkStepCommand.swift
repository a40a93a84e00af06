import ArgumentParser
import CLIPTraining
import Torch

struct BenchmarkStepCommand: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Time the training step alone.",
        discussion: """
            Forward, objective, backward and optimizer, on real captions and random pixels; loading and tokenizing \
            are not timed. pairs_per_second comes from the median step.

            EXAMPLE:
              clip benchmark step --config ViT-S-32 --batch 64 --precision bf16 --captions captions.txt --steps 8
              clip benchmark step --config model.json --batch 256 --precision float32 --captions captions.txt --json
              clip benchmark step --config ViT-S-32 --freeze 'visual\\..*' --captions captions.txt
              clip benchmark step --config ViT-S-32 --batch 4096 --micro-batch 64 --captions captions.txt --steps 1
              clip benchmark step --config ViT-B-16 --size 112 --context 16 --fill --no-optimizer --captions captions.txt
            """
    )

    @Option(name: .long, help: "A name of 'clip model list', or a JSON configuration.", completion: .file())
    var config: String

    @OptionGroup var tokens: TokenOptions

    @Option(name: .long, parsing: .unconditional, help: "Pairs in a step.")
    var batch = 64

    @OptionGroup var memory: ActivationOptions

    @Option(name: .long, help: "What the towers compute in: bf16 or float32.")
    var precision: PrecisionOption = .float32

    @OptionGroup var loss: PresetOptions

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Samples with a record in a file, for losses that keep one. (default: one batch, in memory)"
    )
    var stateSamples: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Do not train parameters whose whole names match, such as 'visual\\..*'.",
            valueName: "regex"
        )
    )
    var freeze: [String] = []

    @Option(name: .long, help: "A text file with one caption on each line.", completion: .file())
    var captions: String

    @Flag(name: .customLong("fill"), help: "Join captions until each text fills the context.")
    var fillsTexts = false

    @Flag(
        name: .customLong("optimizer"),
        inversion: .prefixedNo,
        help: "Update the weights with AdamW; without it, the memory of activations is measured too."
    )
    var hasOptimizer = true

    @Option(name: .long, parsing: .unconditional, help: "Timed steps.")
    var steps = 6

    @Option(name: .long, parsing: .unconditional, help: "Steps before the clock counts.")
    var warmup = 2

    @OptionGroup var device: DeviceOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try threads.apply()
        let report = try StepBenchmark(
            configuration: tokens.configuration(config),
            batch: batch,
            microBatch: memory.microBatch,
            precision: precision.value,
            activationCheckpointing: memory.activationCheckpointing,
            captions: TextLines(contentsOf: captions).lines,
            steps: steps,
            warmup: warmup,
            device: device.device,
            preset: loss.preset,
            stateSamples: stateSamples,
            freeze: freeze,
            fillsTexts: fillsTexts,
            hasOptimizer: hasOptimizer
        ).run()
        try output.present(report) {
            "\(config), batch \(batch), \(report.precision) on \(report.device): "
                + "\(Figures.fixed(report.pairsPerSecond, 1)) pairs/s, "
                + "peak memory \(Figures.bytes(report.peakDeviceBytes ?? report.peakResidentBytes)), "
                + "\(Figures.fixed(report.meanTokens, 1)) tokens a text"
                + (report.activationBytes.map { ", activations \(Figures.bytes($0))" } ?? "")
                + (report.estimatedActivationBytes.map { " (estimated \(Figures.bytes($0)))" } ?? "")
        }
    }
}

/// A precision by a recipe's name, or by the short name that open_clip uses.
enum PrecisionOption: String, ExpressibleByArgument, CaseIterable {
    case float32
    case bfloat16
    case bf16
    case automatic = "auto"

    var value: Recipe.Precision {
        switch self {
        case .float32: .float32
        case .bfloat16, .bf16: .bfloat16
        case .automatic: .automatic
        }
    }
}
