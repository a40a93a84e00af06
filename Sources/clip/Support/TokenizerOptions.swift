import ArgumentParser
import CLIPModels
import CLIPText

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

    func validate() throws {
        if config != nil, checkpoint != nil {
            throw ValidationError("--config and --checkpoint exclude each other.")
        }
    }

    /// The tokenizer, CLIP's where no model is named, and the most tokens that the model takes.
    func model() throws -> (tokenizer: any TextTokenizer, contextLength: Int?) {
        if let checkpoint {
            let directory = try CheckpointDirectory(checkpoint)
            return (try directory.tokenizer(), directory.configuration.text.kind.contextLength)
        }
        let text = try config.map(ModelCatalog.configuration)?.text
        return (try (text?.tokenizer ?? .clip).tokenizer(), text?.kind.contextLength)
    }
}
