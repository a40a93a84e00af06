import ArgumentParser
import CLIPModels
import CLIPText
import TorchNN

struct ModelInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a checkpoint of an untrained model.",
        discussion: """
            The weights depend on architecture and seed alone. open_clip can load the checkpoint. Where a model \
            has another tokenizer than CLIP's, the vocabulary is put beside the weights.

            EXAMPLE:
              clip model init --config ViT-S-16 --seed 1 --out models/start
              clip model init --config Examples/models/demo-64.json --seed 1 --out models/small --json
            """
    )

    @Option(name: .long, help: "A name of 'clip model list', or a JSON configuration.", completion: .file())
    var config: String

    @Option(name: .long, parsing: .unconditional, help: "The seed of the weights, 0 or more.")
    var seed: UInt64 = 0

    @Option(name: .long, help: "The directory to write; it must be new or empty.", completion: .directory)
    var out: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let configuration = try ModelCatalog.configuration(config)
        let model = try CLIPModel(
            configuration,
            tokenizerFiles: configuration.text.tokenizer.tokenizer().files,
            parameters: ParameterStore(.initialize(seed: seed))
        )
        try model.save(to: out)
        let shown = try ShownModel(CheckpointDirectory(out), named: config)
        try output.present(shown) { shown.text }
    }
}
