import ArgumentParser
import CLIPModels
import CLIPTraining
import Torch

struct BenchmarkStepCommand: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Time the training step alone.",
        discussion: """
            Forward, objective, backward and optimizer, on real captions and random pixels; loading and tokenizing \
            are not timed. pairs_per_second comes from the median step. With --cached-text, random vectors take the \
            place of captions, and an adapter that of the text tower.

            EXAMPLE:
              clip benchmark step --config ViT-S-32 --batch 64 --precision bf16 --captions captions.txt --steps 8
              clip benchmark step --config model.json --batch 256 --precision float32 --captions captions.txt --json
              clip benchmark step --config ViT-S-32 --freeze 'visual\\..*' --captions captions.txt
              clip benchmark step --config ViT-S-32 --batch 4096 --micro-batch 64 --captions captions.txt --steps 1
              clip benchmark step --config ViT-B-32 --batch 64 --precision bf16 --cached-text 576
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

    @Option(
        name: .long,
        help: "A text file with one caption on each line, for a model that reads text.",
        completion: .file()
    )
    var captions: String?

    @Option(
        name: .long,
        parsing: .unconditional,
        help: ArgumentHelp(
            "Put an adapter for vectors of this width in the place of the text tower, as model.text does.",
            valueName: "width"
        )
    )
    var cachedText: Int?

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

    func validate() throws {
        if cachedText != nil, captions != nil || fillsTexts || tokens.contextLength != nil {
            throw ValidationError("--cached-text takes no texts; leave --captions, --fill and --context out.")
        }
    }

    func run() throws {
        try threads.apply()
        let configuration = try self.configuration()
        if case .tokens = configuration.text.kind, captions == nil {
            throw ValidationError("The model reads text: name a file of captions with --captions.")
        }
        let report = try StepBenchmark(
            configuration: configuration,
            batch: batch,
            microBatch: memory.microBatch,
            precision: precision.value,
            activationCheckpointing: memory.activationCheckpointing,
            captions: captions.map { try TextLines(contentsOf: $0).lines } ?? [],
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
                + (report.meanTokens.map { "\(Figures.fixed($0, 1)) tokens a text" } ?? "vectors for texts")
                + (report.activationBytes.map { ", activations \(Figures.bytes($0))" } ?? "")
                + (report.estimatedActivationBytes.map { " (estimated \(Figures.bytes($0)))" } ?? "")
        }
    }
}

extension BenchmarkStepCommand {
    /// The architecture, with an adapter where that is asked for.
    private func configuration() throws -> ModelConfiguration {
        let whole = try tokens.configuration(config)
        guard let cachedText else { return whole }
        var text = Recipe.TextSide()
        text.width = cachedText
        var model = Recipe.Model()
        model.text = text
        return try model.applied(to: whole)
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
