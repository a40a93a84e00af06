import ArgumentParser
import CLIPEvaluation
import CLIPModels
import Torch

/// Where the language model lies that a checkpoint names, where it has moved.
struct LanguageOptions: ParsableArguments {
    @Option(
        name: .customLong("language-model"),
        help: "Where the language model that the checkpoint names lies now: a directory or a GGUF file.",
        completion: .file()
    )
    var model: String?

    @Option(
        name: .customLong("language-adapter"),
        help: "Where its adapter lies now: a directory.",
        completion: .directory
    )
    var adapter: String?

    /// The language model of a checkpoint; nil for one with a text tower, or that names none.
    func reference(of checkpoint: CheckpointDirectory) throws -> LanguageReference? {
        try Self.reference(of: checkpoint, model: model, adapter: adapter)
    }

    /// The same for places that other options say.
    static func reference(of checkpoint: CheckpointDirectory, model: String?, adapter: String?) throws
        -> LanguageReference?
    {
        let text = checkpoint.configuration.text as? AdapterTextConfiguration
        var language = text?.language?.located(in: checkpoint.path)
        if let given = model ?? adapter {
            guard language != nil else {
                throw LanguageReferenceError.unnamed(checkpoint: checkpoint.path, given: given)
            }
            if let model { language?.path = model }
            if let adapter { language?.adapter = adapter }
        }
        return language
    }
}

extension LanguageTexts {
    /// Texts by a language model that is opened for the first one.
    convenience init(_ language: LanguageReference, on device: Device, computingIn type: DType) {
        self.init {
            Console.note("reading the language model \(language.path)")
            return try Reader(language.encoder(in: ".", on: device, computingIn: type))
        }
    }
}
