/// A run that cannot start or go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// The loss is NaN or infinite.
    case notFinite(step: Int, loss: Double, checkpoint: String?)
    /// The gradients are NaN or infinite, though the loss is not.
    case gradientsNotFinite(step: Int, checkpoint: String?)
    /// The loader has no more batches, although a run's stream has no end.
    case dataEnded(step: Int)
    /// The weights are NaN or infinite, so no checkpoint was written.
    case weightsNotFinite(step: Int, checkpoint: String?)
    /// Fewer samples than one batch needs.
    case tooFewSamples(found: Int, batch: Int)
    /// The recipe's model is not the one that it starts from.
    case otherModel(config: String, checkpoint: String, differences: [String])
    /// The recipe's model has features of another width, or another text side, than the one that it starts from.
    case otherHead(config: String, checkpoint: String, differences: [String])
    /// The recipe's model takes images of another size, or texts of another length, or has other positions, than the one that
    /// it starts from.
    case otherSizes(config: String, checkpoint: String, differences: [String], canInterpolate: Bool)
    /// Positions that a formula gives, over weights with other ones that were to be kept.
    case otherPositions(checkpoint: String, found: String, expected: String)
    /// The checkpoint's pixels are shifted and scaled by other numbers than the recipe's.
    case otherNormalization(checkpoint: String, mean: [Double], deviation: [Double])
    /// An adapter that does not fit the recipe's language model and adapter.
    case otherAdapter(language: String, adapter: String, reason: String)
    /// A device that is not there.
    case noDevice(String, found: Int)
    /// An evaluation of normalizers of a loss that has none.
    case noNormalizers
    /// A run that has nothing to evaluate yet.
    case nothingToEvaluate(String)
    /// A run that has no checkpoint yet.
    case nothingToResume(String)
    /// A state of another model.
    case otherState(_ parameter: String)
    /// A stage that is finished and was changed.
    case finishedStage(number: Int, name: String, keys: [String])
    /// A stage that has begun, and in which what decided its beginning was changed.
    case begunStage(number: Int, name: String, keys: [String])
    /// A recipe without the stage in which the run is.
    case missingStage(Int, count: Int)
    /// A model that takes embeddings of captions, in a run without any.
    case noEmbeddings(width: Int)
    /// Vectors of captions by another language model than the one whose vectors the text side was trained on.
    case otherLanguage(trained: String, found: String)
    /// Embeddings of another width than the model takes.
    case embeddingWidth(found: Int, expected: Int)

    /// What happened, and what to do.
    public var description: String {
        switch self {
        case .notFinite(let step, let loss, let checkpoint):
            "the loss became \(loss.isNaN ? "NaN (not a number)" : "\(loss)") at or before step \(step), and the run stopped; \(Self.last(checkpoint)). "
                + Self.calming
        case .gradientsNotFinite(let step, let checkpoint):
            "the gradients are not finite at step \(step), and the run stopped; \(Self.last(checkpoint)). "
                + Self.calming
        case .dataEnded(let step):
            "the loader gave no batch after step \(step); resume the run from its newest checkpoint"
        case .weightsNotFinite(let step, let checkpoint):
            "the weights are not finite at step \(step), so they were not saved; \(Self.last(checkpoint)). "
                + Self.calming
        case .tooFewSamples(let found, let batch):
            "the data holds \(found) samples, fewer than one batch of \(batch); lower batch or add data"
        case .otherModel(let config, let checkpoint, let differences):
            "the checkpoint at \(checkpoint) holds another architecture than model.config, \(config): "
                + differences.joined(separator: ", ")
                + ". Set model.config to \(checkpoint)/open_clip_config.json and leave model.imageSize, "
                + "model.contextLength and model.positions out, or start from other weights"
        case .otherHead(let config, let checkpoint, let differences):
            "the weights at \(checkpoint) fit model.config, \(config), but for the head and the text side: "
                + differences.joined(separator: ", ")
                + ". Set model.transfer.head to fresh, which takes their image tower and "
                + "temperature and starts the rest anew; or start from weights of the same text side and width"
        case .otherSizes(let config, let checkpoint, let differences, let canInterpolate):
            "the weights at \(checkpoint) fit model.config, \(config), but for the positions: "
                + differences.joined(separator: ", ") + ". Set model.transfer.positions to "
                + (canInterpolate
                    ? "interpolate, which resizes position embeddings as open_clip does, or to recompute, which takes those of "
                        + "a fresh model; or"
                    : "recompute, which takes position embeddings of a fresh model (fixed positions are computed, never made "
                        + "from others); or")
                + " take a model of the same sizes and positions"
        case .otherPositions(let checkpoint, let found, let expected):
            "the weights at \(checkpoint) have \(found) positions and the recipe's model has \(expected) ones, which are computed "
                + "and cannot be interpolated from them. Set model.transfer.positions to recompute, or model.positions to "
                + (found == "learned" ? found : "learned or \(found)")
        case .otherNormalization(let checkpoint, let mean, let deviation):
            "the model at \(checkpoint) takes pixels with mean \(mean) and deviation \(deviation), and the recipe "
                + "names others; leave preprocess.mean and preprocess.std out, or set them to these"
        case .otherAdapter(let language, let adapter, let reason):
            "the adapter in \(adapter) does not fit the language model \(language) with model.adapter as the recipe has it: \(reason). "
                + "Name the model that it was made for, and its rank and targets"
        case .noDevice(let name, let found):
            "device is \(name), and libtorch sees \(found) CUDA device\(found == 1 ? "" : "s"); use 'device: cpu' or a CUDA build of libtorch"
        case .noNormalizers:
            "this run's loss has no normalizers to measure (objective.kind)"
        case .nothingToEvaluate(let run):
            "\(run) has no checkpoint to evaluate; name a run directory that 'clip train' made, after its first checkpoint"
        case .nothingToResume(let run):
            "\(run) has no checkpoint to resume from; start it again in a new directory"
        case .otherState(let parameter):
            "the state has no '\(parameter)' of the shape that the model has; it was taken of another model"
        case .finishedStage(let number, let name, let keys):
            "stages.\(number)\(name.isEmpty ? "" : " (\(name))") is finished and can no longer be changed: "
                + "\(keys.joined(separator: ", ")) differ\(keys.count == 1 ? "s" : "") from what it was trained with. "
                + "Change stages that are still to come, or start a new run"
        case .begunStage(let number, let name, let keys):
            "\(name.isEmpty ? "the run" : "stages.\(number) (\(name))") has begun, and \(keys.joined(separator: ", ")) can "
                + "no longer be changed in it; change it in a stage that is still to come, or start a new run"
        case .missingStage(let number, let count):
            "the run is in stages.\(number), and its recipe has \(count) stage\(count == 1 ? "" : "s") now; put the stage "
                + "back, or start a new run"
        case .noEmbeddings(let width):
            "the model takes vectors of captions, \(width) numbers each, in place of text, but this run has none; make them "
                + "with `clip embed captions --language-model … --data … --sources … --out captions.features` and set "
                + "data.captions.features to that file, use a model with a text tower, or pass them from a program "
                + "(RunParts.captionEmbeddings)"
        case .otherLanguage(let trained, let found):
            "the text side was trained on vectors of the language model \(trained), and data.captions.features are by \(found); "
                + "embed the captions with the former, or start a new text side in a new run from weights with a text tower"
        case .embeddingWidth(let found, let expected):
            "the vectors of captions have \(found) numbers each, and the model takes \(expected); set model.text.width (or the "
                + "width in the configuration) to \(found), or embed the captions with the language model that it was made for"
        }
    }

    private static let calming =
        "Try a lower learning rate, a longer warm-up or optimizer.gradientClipNorm: 1"

    private static func last(_ checkpoint: String?) -> String {
        checkpoint.map { "the last good checkpoint is \($0)" } ?? "there is no checkpoint yet"
    }
}
