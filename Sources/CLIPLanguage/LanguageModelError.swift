public import Torch

/// A language model that cannot be read or used.
public enum LanguageModelError: Error, Equatable, CustomStringConvertible {
    /// There is nothing at the path.
    case notFound(path: String)
    /// What lies at the path is something else; `kind` names it, with what to do.
    case notALanguageModel(path: String, kind: String)
    /// The system cannot read a file, or its content is malformed.
    case unreadable(path: String, reason: String)
    /// The configuration asks for something that is not computed here.
    case unsupported(path: String, key: String, value: String, supported: String)
    /// The configuration lacks a key.
    case missingKey(path: String, key: String)
    /// A value that cannot be.
    case value(path: String, key: String, found: String, expected: String)
    /// The index of shards names a file that is not there.
    case missingShard(index: String, file: String, tensor: String)
    /// A file has no tensor that the configuration, or the index of shards, asks for.
    case missingTensor(path: String, tensor: String, expected: [Int]?)
    /// A tensor has another shape than the configuration says.
    case shape(path: String, tensor: String, found: [Int], expected: [Int])
    /// A tensor of a type that weights do not have.
    case type(path: String, tensor: String, DType)
    /// A tensor that this architecture does not have.
    case foreignTensor(path: String, tensor: String, reason: String)
    /// An adapter that does not belong to the model.
    case adapter(path: String, reason: String)
    /// More ids in a text than the model has positions for.
    case tooLong(path: String, tokens: Int, limit: Int)
    /// What stands around texts takes all tokens that a text may have, so that all would have one vector.
    case frame(path: String, tokens: Int, limit: Int)

    /// What was found, where, what was expected, and what to do.
    public var description: String {
        switch self {
        case .notFound(let path):
            "there is no language model at '\(path)': nothing has that name; expected \(Self.expected)"
        case .notALanguageModel(let path, let kind): "'\(path)' is \(kind)"
        case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
        case .unsupported(let path, let key, let value, let supported):
            "\(path): '\(key)' is \(value), which is not supported; supported: \(supported)"
        case .missingKey(let path, let key): "\(path): there is no '\(key)', which the architecture needs"
        case .value(let path, let key, let found, let expected):
            "\(path): '\(key)' is \(found), expected \(expected)"
        case .missingShard(let index, let file, let tensor):
            "\(index) names '\(file)' for '\(tensor)', and there is no such file beside it; copy the missing shard there"
        case .missingTensor(let path, let tensor, let expected):
            "\(path): there is no '\(tensor)'" + (expected.map { " (expected shape \($0))" } ?? "")
                + "; the weights are incomplete, or belong to another configuration"
        case .shape(let path, let tensor, let found, let expected):
            "\(path): '\(tensor)' has shape \(found), and the configuration makes it \(expected)"
        case .type(let path, let tensor, let type):
            "\(path): '\(tensor)' holds \(type.rawValue); expected float32, float16 or bfloat16"
        case .foreignTensor(let path, let tensor, let reason): "\(path): '\(tensor)' \(reason)"
        case .adapter(let path, let reason): "the adapter does not belong to '\(path)': \(reason)"
        case .tooLong(let path, let tokens, let limit):
            "a text of \(tokens) tokens for '\(path)', which takes at most \(limit)"
        case .frame(let path, let tokens, let limit):
            "the instruction and what else stands around a text are \(tokens) tokens for '\(path)', and a text has at most \(limit) "
                + "with them, so that none of its own would be left; shorten the instruction (--instruction), or allow more tokens "
                + "(maximumTokens, --maximum-tokens) as far as the model has positions for them"
        }
    }

    static let expected =
        "a directory in Hugging Face's layout (config.json, model.safetensors, tokenizer.json) or a GGUF file"
}
