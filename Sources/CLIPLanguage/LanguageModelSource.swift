public import CLIPText
public import Torch

/// Where a language model comes from: a directory in Hugging Face's layout, or a GGUF file.
public protocol LanguageModelSource: AnyObject {
    /// The directory or file, for messages.
    var path: String { get }
    /// The architecture.
    var configuration: LanguageModelConfiguration { get }
    /// The files whose bytes decide what the model computes, without those of the tokenizer.
    var weightFiles: [String] { get }

    /// A tensor by the name that it has in Hugging Face's layout, `model.layers.0.self_attn.q_proj.weight`; nil where there is
    /// none. Views of the mapped file where its type can be used as it is.
    func tensor(_ name: String) throws -> Tensor?

    /// The names of all tensors in Hugging Face's layout.
    var tensorNames: [String] { get }

    /// The file that holds a tensor, for messages.
    func file(of name: String) -> String

    /// The tokenizer.
    func tokenizer() throws -> ByteLevelTokenizer
}

extension LanguageModelSource {
    /// The directory or file itself.
    public func file(of name: String) -> String { path }
}
