import Torch

/// The blocks of a model with weights of the type that it computes in.
struct DecoderStack {
    let dtype: DType
    let blocks: [DecoderBlock]
    let norm: RootMeanSquareNorm

    /// Weights of another type are converted once; those of this type are used where they lie.
    init(
        _ configuration: LanguageModelConfiguration,
        weights: [String: Tensor],
        adapter: LowRankAdapter?,
        dtype: DType,
        path: String
    ) throws {
        let options = adapter?.options ?? LowRankAdapter.Options()
        func weight(_ name: String, _ dtype: DType) throws -> Tensor? {
            try withoutGradient { try weights[name]?.to(dtype) }
        }
        func required(_ name: String, _ dtype: DType) throws -> Tensor {
            guard let tensor = try weight(name, dtype) else {
                throw LanguageModelError.missingTensor(path: path, tensor: name, expected: nil)
            }
            return tensor
        }
        func norm(_ name: String) throws -> RootMeanSquareNorm {
            RootMeanSquareNorm(
                weight: try required("\(name).weight", .float32),
                epsilon: configuration.normEpsilon
            )
        }
        func projection(_ name: String) throws -> Projection {
            Projection(
                name: name,
                weight: try required("\(name).weight", dtype),
                bias: try weight("\(name).bias", dtype),
                pair: adapter?.pairs[name],
                options: options
            )
        }
        self.dtype = dtype
        self.norm = try norm("model.norm")
        blocks = try (0..<configuration.layers).map { index in
            let prefix = "model.layers.\(index)"
            return DecoderBlock(
                firstNorm: try norm("\(prefix).input_layernorm"),
                secondNorm: try norm("\(prefix).post_attention_layernorm"),
                query: try projection("\(prefix).self_attn.q_proj"),
                key: try projection("\(prefix).self_attn.k_proj"),
                value: try projection("\(prefix).self_attn.v_proj"),
                output: try projection("\(prefix).self_attn.o_proj"),
                gate: try projection("\(prefix).mlp.gate_proj"),
                up: try projection("\(prefix).mlp.up_proj"),
                down: try projection("\(prefix).mlp.down_proj"),
                index: index
            )
        }
    }
}
