public import Torch
public import TorchNN

/// A checkpoint that cannot be read or written.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
    /// There is nothing at the path.
    case notFound(path: String)
    /// The path leads to a file.
    case notADirectory(path: String)
    /// The path leads to a file of weights in another form; `kind` names it, with what to do.
    case foreignFile(path: String, kind: String)
    /// The directory holds no checkpoint; `names` is what it holds.
    case notACheckpoint(path: String, names: [String])
    /// The run has no checkpoint yet.
    case emptyRun(path: String)
    /// The directory has a configuration and no weights that can be read.
    case noWeights(path: String, names: [String])
    /// The configuration is malformed, or of a model that these towers do not express.
    case configuration(path: String, ModelConfigurationError)
    /// The weights do not fit the configuration.
    case weights(path: String, ParameterError)
    /// A weight is no real number.
    case type(path: String, tensor: String, DType)
    /// Two names in the file stand for one parameter.
    case ambiguous(path: String, tensor: String)
    /// The target of a write holds something already.
    case occupied(path: String)
    /// The system refused an operation, with its own reason.
    case system(operation: String, path: String, reason: String)

    /// What was found, where, what was expected, and what to do.
    public var description: String {
        switch self {
        case .notFound(let path): "there is no checkpoint at '\(path)': nothing has that name"
        case .notADirectory(let path):
            "'\(path)' is a file; name the directory that holds \(CheckpointDirectory.configurationName) and "
                + CheckpointDirectory.weightsName
        case .foreignFile(let path, let kind): "'\(path)' is \(kind)"
        case .notACheckpoint(let path, let names) where Self.isHuggingFace(names):
            "'\(path)' holds a model in Hugging Face's layout (\(Self.list(names))), which is not read; name a directory in "
                + "open_clip's layout, \(CheckpointDirectory.configurationName) and \(CheckpointDirectory.weightsName): many "
                + "repositories hold these files beside the others, and open_clip writes them"
        case .notACheckpoint(let path, let names):
            "'\(path)' is no checkpoint: looked for \(CheckpointDirectory.configurationName) in it, and for a "
                + "run's checkpoints/step-N/model; it holds \(Self.list(names))"
        case .emptyRun(let path):
            "the run '\(path)' has no checkpoint yet: looked for checkpoints/step-N/model/"
                + CheckpointDirectory.configurationName
        case .noWeights(let path, let names):
            "'\(path)' has no \(CheckpointDirectory.weightsName); it holds \(Self.list(names))"
                + (names.contains { $0.hasSuffix(".bin") || $0.hasSuffix(".pt") }
                    ? ". Pickled weights are not read: save them as safetensors with open_clip first" : "")
        case .configuration(let path, let error): "\(path): \(error)"
        case .weights(let path, let error): "\(path): \(error)"
        case .type(let path, let tensor, let type):
            "\(path): '\(tensor)' holds \(type.rawValue), and weights are floating-point numbers"
        case .ambiguous(let path, let tensor):
            "\(path): two tensors stand for '\(tensor)', with and without a prefix"
        case .occupied(let path):
            "'\(path)' holds something already, which is left as it is; name a new directory"
        case .system(let operation, let path, let reason): "cannot \(operation) '\(path)': \(reason)"
        }
    }

    private static func isHuggingFace(_ names: [String]) -> Bool {
        let weights = [
            "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
            "pytorch_model.bin.index.json",
        ]
        return names.contains("config.json") && names.contains(where: weights.contains)
    }

    private static func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "nothing" }
        return names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", … (\(names.count) names)" : "")
    }
}
