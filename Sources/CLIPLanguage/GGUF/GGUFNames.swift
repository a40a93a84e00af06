/// The names of a decoder's tensors: GGUF's and those of Hugging Face's layout.
enum GGUFNames {
    private static let whole = [
        "token_embd.weight": "model.embed_tokens.weight",
        "output_norm.weight": "model.norm.weight",
        "output.weight": "lm_head.weight",
    ]
    private static let ofBlock = [
        "attn_norm": "input_layernorm",
        "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj",
        "ffn_norm": "post_attention_layernorm",
        "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
    ]

    /// The name in Hugging Face's layout of a tensor that a decoder of so many blocks has; nil for any other.
    static func huggingFace(_ name: String, blocks: Int) -> String? {
        if let whole = whole[name] { return whole }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "blk", parts[3] == "weight" || parts[3] == "bias",
            let block = Int(parts[1]), String(block) == parts[1], (0..<blocks).contains(block),
            let place = ofBlock[String(parts[2])]
        else { return nil }
        return "model.layers.\(block).\(place).\(parts[3])"
    }
}
