public import Torch

/// A language model in a GGUF file: Llama, SmolLM2, Mistral (`llama`) or Qwen2 and 2.5 (`qwen2`).
///
/// Tensors go by their names in Hugging Face's layout, with the rows of queries and keys in its order. Those of whole elements are
/// views of the mapped file; blocks are decoded when a tensor is asked for, and nothing of them is kept.
public final class GGUFModel: LanguageModelSource {
    /// The file's path.
    public let path: String
    /// The architecture.
    public let configuration: LanguageModelConfiguration
    /// The names of all tensors in Hugging Face's layout, in the file's order.
    public let tensorNames: [String]
    /// The file, which decides all that the model computes.
    public var weightFiles: [String] { [path] }
    /// The file as it is.
    public let file: GGUFFile
    /// What blocks are decoded to.
    public let decodedType: DType
    private let entries: [String: GGUFFile.Entry]

    /// Opens a file, and checks that it holds a model of a kind that can be run.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - decodedType: What blocks are decoded to: float32, or float16 or bfloat16 for half the memory.
    /// - Throws: ``GGUFError``.
    public init(path: String, decodedTo decodedType: DType = .float32) throws {
        let file = try GGUFFile(path: path)
        self.path = path
        self.file = file
        self.decodedType = decodedType
        configuration = try file.decoderConfiguration()
        var names: [String] = []
        var entries: [String: GGUFFile.Entry] = [:]
        for entry in file.entries where entry.name != GGUFFile.rotaryFactors {
            guard let name = GGUFNames.huggingFace(entry.name, blocks: configuration.layers) else {
                throw GGUFError(
                    path: path,
                    problem: .unsupported(
                        part: "the tensor '\(entry.name)'",
                        found: "none of a plain decoder of \(configuration.layers) blocks",
                        expected:
                            "embeddings, norms, and the projections of attention and feed-forward layers"
                    )
                )
            }
            names.append(name)
            entries[name] = entry
        }
        tensorNames = names
        self.entries = entries
    }

    /// A tensor by its name in Hugging Face's layout; nil where there is none.
    public func tensor(_ name: String) throws -> Tensor? {
        guard let entry = entries[name] else { return nil }
        let stored = try file.tensor(of: entry, decodedTo: decodedType)
        guard configuration.family == "llama" else { return stored }
        if name.contains(".self_attn.q_proj.") { return try unpermuted(stored, heads: configuration.heads) }
        if name.contains(".self_attn.k_proj.") {
            return try unpermuted(stored, heads: configuration.keyValueHeads)
        }
        return stored
    }

    /// The rows of a projection in Hugging Face's order.
    ///
    /// llama.cpp turns neighbouring rows of a head by one angle, Hugging Face's layout rows that are half a head apart; files are
    /// written with the rows of `llama` models moved accordingly, biases too.
    private func unpermuted(_ stored: Tensor, heads: Int) throws -> Tensor {
        let shape = stored.shape
        guard shape.first == heads * configuration.headWidth else {
            throw GGUFError(
                path: path,
                problem: .contradiction(
                    part: "the shape of a projection to \(heads) heads",
                    found: "\(shape)",
                    expected: "\(heads * configuration.headWidth) rows"
                )
            )
        }
        return try withoutGradient {
            try stored.reshaped([heads, configuration.headWidth / 2, 2] + shape.dropFirst())
                .transposed(1, 2).contiguous().reshaped(shape)
        }
    }
}
