public import CLIPData
public import CLIPModels
public import CLIPText
import RemoteFiles
public import Torch

/// Runs images and texts through a model's towers in batches, without recording gradients.
///
/// All features are float32 rows of unit length on the CPU, in the order of the input.
public struct FeatureExtractor {
    /// The model.
    public let model: any ImageTextModel
    /// Makes the text tower's input.
    public let tokenizer: any TextTokenizer
    /// Makes the vectors that the text side takes in place of tokens; nil for a model with a text tower.
    public let language: LanguageTexts?
    /// Batch sizes, threads and so on.
    public let options: EvaluationOptions
    /// How images become the image tower's input.
    public let images: EvaluationImages

    /// Creates an extractor.
    ///
    /// - Parameters:
    ///   - tokenizer: The one with which the model was trained, as `CheckpointDirectory.tokenizer()` gives it.
    ///   - language: The language model with whose vectors the model was trained, where it takes such.
    /// - Throws: ``EvaluationError/option(name:found:expected:)``.
    public init(
        _ model: any ImageTextModel,
        tokenizer: any TextTokenizer,
        language: LanguageTexts? = nil,
        options: EvaluationOptions = EvaluationOptions()
    ) throws {
        try options.validate()
        self.model = model
        self.tokenizer = tokenizer
        self.language = language
        self.options = options
        images = EvaluationImages(for: model, changes: options.pixels, maxPixels: options.maximumPixels)
    }

    /// The features `[B, D]` of a batch's images.
    ///
    /// - Throws: ``EvaluationError/notFinite(what:)``; `TorchError` for images of another size than the
    ///   model's.
    public func imageFeatures(of batch: Batch) throws -> Tensor {
        try imageFeatures(batch.images, count: batch.count, height: batch.height, width: batch.width)
    }

    /// The features `[N, D]` of texts that are tokens already, as one batch.
    ///
    /// - Throws: ``EvaluationError/notFinite(what:)``; `TextInputError`.
    public func textFeatures(of texts: TokenSequences) throws -> Tensor {
        try textFeatures(of: .tokens(texts))
    }

    /// The features `[N, D]` of texts in the form that the model takes, as one batch.
    ///
    /// - Throws: ``EvaluationError/notFinite(what:)``; `TextInputError`.
    public func textFeatures(of texts: TextInput) throws -> Tensor {
        try withoutGradient { try finished(model.textFeatures(texts), "text") }
    }

    func imageFeatures(_ pixels: HostBuffer, count: Int, height: Int, width: Int) throws -> Tensor {
        try withoutGradient {
            let tensor = try Tensor.viewing(
                pixels.baseAddress,
                owner: pixels,
                shape: [count, 3, height, width],
                dtype: .uint8
            )
            return try finished(model.imageFeatures(tensor), "image")
        }
    }

    /// A NaN loses every comparison, so that a diverged model would rank first everywhere: refused here.
    private func finished(_ features: Tensor, _ what: String) throws -> Tensor {
        try options.stop?.check()
        let features = try features.detached().to(.float32, on: .cpu)
        guard try features.isFinite().all().item() != 0 else { throw EvaluationError.notFinite(what: what) }
        // The tower may have computed the unit length in bfloat16.
        return try features.normalized()
    }
}
