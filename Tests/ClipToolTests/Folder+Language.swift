import Foundation

extension Folder {
    /// A language model `lm` with one block and a token for each byte, and `pairs.jsonl` with twelve pairs of texts.
    func writeLanguageModel() throws {
        try write(
            "lm/config.json",
            """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 256, "hidden_size": 8,
             "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1,
             "head_dim": 8, "rms_norm_eps": 1e-5, "rope_theta": 10000, "max_position_embeddings": 128,
             "tie_word_embeddings": true, "hidden_act": "silu", "bos_token_id": 1, "eos_token_id": 2}
            """
        )
        try write("lm/tokenizer.json", Self.byteTokenizer)
        try write("lm/model.safetensors", try Self.weights())
        let lines = (0..<12).map { number in
            let colour = ["red", "green", "blue", "grey"][number % 4]
            return
                #"{"query": "a \#(colour) square \#(number)", "positive": "\#(number): \#(colour)", "negative": "nothing \#(number)"}"#
        }
        try write("pairs.jsonl", lines.joined(separator: "\n"))
        try write(
            "captions.yaml",
            """
            model: {language: lm, adapter: {rank: 2, alpha: 4}}
            data: {train: {source: pairs.jsonl, pairs: true, instruction: find it}, workers: 1}
            batch: 4
            length: 4 steps
            objective: {kind: captionContrastive, captionContrastive: {hardNegatives: true}}
            optimizer: {learningRate: 1e-2, weightDecay: 0}
            schedule: {kind: linear}
            log: {every: 1 steps}
            threads: 1
            """
        )
    }

    private static var byteTokenizer: Data {
        get throws {
            // Bytes that print stand for themselves; the others for what follows 255, in order.
            let printing = Set(Array(33...126) + Array(161...172) + Array(174...255))
            var (vocabulary, next): ([String: Int], UInt32) = ([:], 256)
            for byte in 0..<256 {
                var code = UInt32(byte)
                if !printing.contains(byte) { (code, next) = (next, next + 1) }
                vocabulary[Unicode.Scalar(code).map { String(Character($0)) } ?? ""] = byte
            }
            let object: [String: Any] = [
                "version": "1.0", "added_tokens": [Any](), "normalizer": NSNull(), "post_processor": NSNull(),
                "pre_tokenizer": [
                    "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
                ] as [String: Any],
                "decoder": [
                    "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true,
                ] as [String: Any],
                "model": ["type": "BPE", "vocab": vocabulary, "merges": [String]()] as [String: Any],
            ]
            return try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        }
    }

    /// Weights in the safetensors format, from a simple generator.
    private static func weights() throws -> Data {
        var shapes = [("model.embed_tokens.weight", [256, 8]), ("model.norm.weight", [8])]
        for name in ["input_layernorm", "post_attention_layernorm"] {
            shapes.append(("model.layers.0.\(name).weight", [8]))
        }
        for name in [
            "self_attn.q", "self_attn.k", "self_attn.v", "self_attn.o", "mlp.gate", "mlp.up", "mlp.down",
        ] {
            shapes.append(("model.layers.0.\(name)_proj.weight", [8, 8]))
        }
        var (header, values): ([String: Any], [Float]) = ([:], [])
        var state: UInt32 = 1
        for (name, shape) in shapes {
            let start = values.count
            for _ in 0..<shape.reduce(1, *) {
                state = state &* 1_664_525 &+ 1_013_904_223
                let value = Float(state >> 8) / Float(1 << 24) - 0.5
                values.append(name.contains("norm") ? 1 + 0.2 * value : value)
            }
            header[name] =
                ["dtype": "F32", "shape": shape, "data_offsets": [4 * start, 4 * values.count]]
                as [String: Any]
        }
        let text = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys])
        var file = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
        file += text
        values.withUnsafeBytes { file += Data($0) }
        return file
    }
}
