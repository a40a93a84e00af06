import ArgumentParser
import CLIPLanguage
import CLIPModels
import CLIPText
import Foundation

/// Whose tokenizer a command takes.
struct TokenizerOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Take the tokenizer of an architecture: a name of 'clip model list', or a JSON configuration.",
        completion: .file()
    )
    var config: String?

    @Option(
        name: .long,
        help: "Take the tokenizer of a checkpoint, or of a run's newest.",
        completion: .directory
    )
    var checkpoint: String?

    @Option(
        name: .long,
        help:
            "Take a byte-level tokenizer of a language model: a tokenizer.json, a folder that holds one, or a GGUF file.",
        completion: .file(extensions: ["json", "gguf"])
    )
    var tokenizer: String?

    func validate() throws {
        if config != nil, checkpoint != nil {
            throw ValidationError("--config and --checkpoint exclude each other.")
        }
        if tokenizer != nil, config != nil || checkpoint != nil {
            throw ValidationError("--tokenizer excludes --config and --checkpoint: give one of them.")
        }
    }

    /// Whether one is named.
    var isGiven: Bool { config != nil || checkpoint != nil || tokenizer != nil }

    /// The tokenizer, CLIP's where no model is named, and the most tokens that the model takes.
    func model() throws -> (tokenizer: any TextTokenizer, contextLength: Int?) {
        if let tokenizer {
            if GGUFFile.isOne(tokenizer) { return (try GGUFModel(path: tokenizer).tokenizer(), nil) }
            let url = URL(fileURLWithPath: tokenizer)
            let isFolder = (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
            let file = isFolder ? url.appending(path: ByteLevelTokenizer.fileName) : url
            return (try ByteLevelTokenizer(tokenizerURL: file), nil)
        }
        if let checkpoint {
            let directory = try CheckpointDirectory(checkpoint)
            return (try directory.tokenizer(), directory.configuration.text.kind.contextLength)
        }
        let text = try config.map(ModelCatalog.configuration)?.text
        return (try (text?.tokenizer ?? .clip).tokenizer(), text?.kind.contextLength)
    }
}
