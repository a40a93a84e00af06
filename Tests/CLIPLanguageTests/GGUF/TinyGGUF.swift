import CLIPLanguage
import Foundation

/// The front part of a small model, to which tests add what is right or wrong.
struct TinyGGUF {
    var bytes = GGUFBytes()
    private let folder: ScratchDirectory

    /// - Parameter without: Parts that are left out.
    init(
        _ architecture: String = "llama",
        without: Set<String> = [],
        width: Int = 8,
        headWidth: Int = 4
    ) throws {
        folder = try ScratchDirectory()
        bytes.add("general.architecture", architecture)
        let values: [(String, Int)] = [
            ("block_count", 1), ("context_length", 64), ("embedding_length", width),
            ("feed_forward_length", 8),
            ("attention.head_count", 2), ("attention.head_count_kv", 1), ("rope.dimension_count", headWidth),
        ]
        for (key, value) in values where !without.contains(key) { bytes.add("\(architecture).\(key)", value) }
        if !without.contains("epsilon") {
            bytes.add("\(architecture).attention.layer_norm_rms_epsilon", Float(1e-5))
        }
        if !without.contains("embeddings") {
            bytes.addTensor("token_embd.weight", Array(repeating: 0, count: 4 * width), rows: 4)
        }
    }

    /// Opens what was put together.
    func model() throws -> GGUFModel {
        try bytes.data.write(to: folder.url.appending(path: "model.gguf"))
        return try GGUFModel(path: folder.path("model.gguf"))
    }
}
