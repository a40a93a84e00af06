import ArgumentParser
import CLIPModels
import CLIPTraining

struct BenchmarkCachingCommand: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "caching",
        abstract: "Compare the gradients of a batch in parts with those in one pass.",
        discussion: """
            Fresh weights, real captions and random pixels. relative_difference is the norm of the difference of \
            all gradients concatenated, over the norm of those in one pass; state_difference and \
            prototype_difference are the same of what the loss itself keeps. The memory of either way is measured \
            by 'clip benchmark step', one way in each process.

            EXAMPLE:
              clip benchmark caching --config model.json --batch 1024 --micro-batch 32 --captions captions.txt
              clip benchmark caching --config ViT-S-32 --batch 64 --activation-checkpointing blocks \
            --captions captions.txt --json
            """
    )

    @Option(name: .long, help: "A name of 'clip model list', or a JSON configuration.", completion: .file())
    var config: String

    @Option(name: .long, parsing: .unconditional, help: "Pairs in the batch.")
    var batch = 64

    @OptionGroup var memory: ActivationOptions
    @OptionGroup var loss: PresetOptions

    @Option(name: .long, help: "What the towers compute in: bf16 or float32.")
    var precision: PrecisionOption = .float32

    @Option(name: .long, help: "A text file with one caption on each line.", completion: .file())
    var captions: String

    @OptionGroup var device: DeviceOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try threads.apply()
        let report = try CachingBenchmark(
            configuration: ModelCatalog.configuration(config),
            batch: batch,
            microBatch: memory.microBatch,
            precision: precision.value,
            activationCheckpointing: memory.activationCheckpointing,
            captions: TextLines(contentsOf: captions).lines,
            device: device.device,
            preset: loss.preset
        ).run()
        try output.present(report) {
            "\(config), batch \(batch) in parts of \(report.microBatch ?? batch), \(report.precision) on "
                + "\(report.device): relative difference of the gradients \(report.relativeDifference), "
                + "\(Figures.fixed(report.secondsInParts, 1)) s against \(Figures.fixed(report.seconds, 1)) s"
        }
    }
}
