extension LanguageModelConfiguration {
    /// A linear layer of a block.
    struct Projection: Sendable, Equatable {
        /// The name in Hugging Face's layout, `model.layers.0.self_attn.q_proj`.
        let name: String
        /// The last part of the name.
        let part: String
        /// The number of its block.
        let layer: Int
        /// Widths.
        let input, output: Int
    }

    /// The names of a block's linear layers, by the last part.
    static let projectionParts = [
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
    ]

    /// All linear layers of the blocks, in the order of the blocks.
    var projections: [Projection] {
        let attended = heads * headWidth
        let keys = keyValueHeads * headWidth
        return (0..<layers).flatMap { layer in
            Self.projectionParts.map { part in
                let (input, output) =
                    switch part {
                    case "q_proj": (width, attended)
                    case "k_proj", "v_proj": (width, keys)
                    case "o_proj": (attended, width)
                    case "down_proj": (hiddenWidth, width)
                    default: (width, hiddenWidth)
                    }
                let group = ["gate_proj", "up_proj", "down_proj"].contains(part) ? "mlp" : "self_attn"
                return Projection(
                    name: "model.layers.\(layer).\(group).\(part)",
                    part: part,
                    layer: layer,
                    input: input,
                    output: output
                )
            }
        }
    }
}
