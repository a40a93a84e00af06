import ArgumentParser
import CLIPModels
import CLIPText
import Foundation
import Torch

struct ModelShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the size and cost of an architecture or a checkpoint.",
        discussion: """
            MODEL is a checkpoint directory, a run (its newest checkpoint), a JSON configuration, or a name of \
            'clip model list'.

            EXAMPLE:
              clip model show ViT-B-32
              clip model show runs/first --json
            """
    )

    @Argument(help: "A checkpoint, a run, a configuration file or a name.", completion: .file())
    var model: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let shown = try ShownModel(model)
        try output.present(shown) { shown.text }
    }
}

/// What `clip model show` and `clip model init` print.
struct ShownModel: Encodable {
    /// The name, or the directory of the weights.
    var model: String
    var checkpoint: String?
    /// The manifest with which its files were compared.
    var manifest: String?
    var summary: ModelSummary
    var temperature: Double
    var mean: [Double]?
    var std: [Double]?
    /// How evaluations scale pictures, and how files become pixels.
    var interpolation, resizeMode, alpha, orientation, gray16: String?
    var activation: String
    /// The kinds of the towers.
    var imageTower, textTower: String
    /// What makes token ids; nil for a model that takes none.
    var tokenizer: String?
    /// The language model whose vectors the text side takes, its adapter, and what makes it the same one.
    var languageModel, languageAdapter, languageFingerprint: String?
    /// Why open_clip cannot load the model; empty where it can.
    var openClipObstacles: [String]

    /// A directory is a checkpoint or a run; everything else is a name or a JSON file.
    init(_ argument: String) throws {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: argument, isDirectory: &isDirectory)
        if exists && isDirectory.boolValue {
            try self.init(CheckpointDirectory(argument), named: argument)
        } else {
            self.init(try ModelCatalog.configuration(argument), named: argument)
        }
    }

    init(_ checkpoint: CheckpointDirectory, named name: String) throws {
        self.init(checkpoint.configuration, named: name)
        self.checkpoint = checkpoint.path
        manifest = checkpoint.manifest
        if let scale = try checkpoint.tensors()["logit_scale"] { temperature = exp(-(try scale.item())) }
        let preprocessing = checkpoint.preprocessing
        (mean, std) = (preprocessing.mean, preprocessing.deviation)
        (interpolation, resizeMode) = (
            preprocessing.interpolation.rawValue, preprocessing.resizeMode.rawValue
        )
        alpha = preprocessing.pixels.alpha.rawValue
        orientation = preprocessing.pixels.orientation.rawValue
        gray16 = preprocessing.pixels.gray16.rawValue
    }

    private init(_ configuration: ModelConfiguration, named name: String) {
        model = name
        summary = ModelSummary(configuration)
        temperature = exp(-configuration.initialLogitScale)
        activation = configuration.activation == .quickGELU ? "quick_gelu" : "gelu"
        openClipObstacles = configuration.openCLIPObstacles
        (imageTower, textTower) = (configuration.vision.name, configuration.text.name)
        let language = (configuration.text as? AdapterTextConfiguration)?.language
        (languageModel, languageAdapter) = (language?.path, language?.adapter)
        languageFingerprint = language?.fingerprint
        let takesTokens = configuration.text.kind.contextLength != nil
        tokenizer = takesTokens ? configuration.text.tokenizer.phrase : nil
    }

    var text: String {
        var table = TextTable()
        table.row("model", model)
        if let checkpoint {
            table.row("checkpoint", checkpoint)
            table.row("content", manifest == nil ? "not verified: no manifest" : "as its manifest says")
        }
        table.row("parameters", Figures.grouped(summary.parameters))
        table.row("features", "\(summary.embeddingWidth)")
        table.row("image tower", tower(summary.image, imageTower, of: "\(summary.imageSize) px"))
        table.row("text tower", tower(summary.text, textTower))
        if let tokenizer { table.row("tokenizer", tokenizer) }
        if let languageModel, let languageFingerprint {
            let adapter = languageAdapter.map { ", adapter \($0)" } ?? ""
            table.row(
                "language model",
                "\(languageModel)\(adapter), fingerprint \(languageFingerprint.prefix(12))…"
            )
        }
        table.row("activation", activation)
        table.row("temperature", Figures.fixed(temperature, 4))
        if let interpolation, let resizeMode {
            table.row("pictures", "\(interpolation), resize mode \(resizeMode)")
        }
        if let mean, let std {
            table.row("normalization", "mean \(Self.text(mean)), deviation \(Self.text(std))")
        }
        if let alpha, let orientation, let gray16 {
            table.row("pixels", "alpha \(alpha), orientation \(orientation), gray16 \(gray16)")
        }
        table.row("forward pass", "\(Figures.fixed(summary.gigaflops, 2)) GFLOPs for a pair")
        guard !openClipObstacles.isEmpty else { return table.text }
        return table.text + "\n\nopen_clip cannot load this model as it is: "
            + openClipObstacles.joined(separator: "; ")
    }

    private static func text(_ channels: [Double]) -> String {
        channels.map { Figures.fixed($0, 4) }.joined(separator: " ")
    }

    /// The kind, and what applies to it.
    private func tower(_ tower: ModelSummary.Tower, _ kind: String, of input: String? = nil) -> String {
        let details: [String?] = [
            tower.layers.map { "\($0) blocks" }, tower.width.map { "width \($0)" },
            tower.heads.map { "\($0) heads" }, tower.tokens.map { "up to \($0) rows" },
            input.map { $0 + (tower.patchSize.map { " in patches of \($0)" } ?? "") },
            tower.vocabularySize.map { "\(Figures.grouped($0)) token ids" },
        ]
        return "\(kind), \(Figures.grouped(tower.parameters)) parameters: "
            + details.compactMap(\.self).joined(separator: ", ")
    }
}
