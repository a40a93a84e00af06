public import CLIPLanguage
import CLIPModels
import Foundation
public import Torch

extension SentenceEncoder {
    /// A language model with the adapter of a run or a directory.
    ///
    /// - Parameters:
    ///   - language: The model's directory or GGUF file; nil for the one that the adapter's run was trained with.
    ///   - adapter: A run, one step of it, or a directory in PEFT's layout; nil for the plain model.
    ///   - wrapper: What is put around texts; nil as the run has it.
    ///   - type: What most of it computes in, and a GGUF file's blocks are decoded to.
    /// - Throws: `RecipeError` where no model is named, or the adapter's run cannot be read; `LanguageModelError`,
    ///   `LowRankError`, `TokenizerError`; `CheckpointError.altered` for an adapter that is not as its run saved it.
    public static func open(
        language: String?,
        adapter: String?,
        wrapper: SentenceEncoding.Wrapper? = nil,
        on device: Device = .cpu,
        computingIn type: DType = .float32
    ) throws -> SentenceEncoder {
        let directory = adapter.map { AdapterCheckpoint.directory($0) }
        if let directory { try AdapterCheckpoint.verify(directory) }
        let recipe = try directory.flatMap { try Recipe.ofAdapter($0) }
        guard let path = language ?? recipe?.model.language else {
            let reason =
                "there is no recipe of a run beside the adapter that would name its language model; name the model itself."
            throw RecipeError([RecipeProblem(.conflict(reason: reason), path: "model.language")])
        }
        let source = try LanguageModels.open(path, decodedTo: type)
        var encoding = (recipe?.model.encoding ?? Recipe.SentenceVectors()).encoding
        if let wrapper { encoding.wrapper = wrapper }
        let low = try directory.map {
            try LowRankAdapter(directory: $0, for: source.configuration)
        }
        let encoder = try SentenceEncoder(
            model: LanguageModel(source, adapter: low, on: device),
            tokenizer: source.tokenizer(),
            encoding: encoding
        )
        encoder.model.computeType = type
        return encoder
    }
}

extension Recipe {
    /// The recipe with which a run wrote an adapter; nil for one that is in no checkpoint.
    fileprivate static func ofAdapter(_ directory: String) throws -> Recipe? {
        let step = URL(fileURLWithPath: directory).deletingLastPathComponent()
        let file = step.appending(path: CheckpointLayout.recipe).path
        guard FileManager.default.fileExists(atPath: file),
            FileManager.default.fileExists(atPath: step.appending(path: CheckpointManifest.name).path)
        else { return nil }
        return try Recipe(ofRun: file)
    }
}
