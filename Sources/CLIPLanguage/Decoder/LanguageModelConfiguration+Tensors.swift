extension LanguageModelConfiguration {
    /// All tensors but the output head by their names in Hugging Face's layout, with their shapes.
    var tensors: [(name: String, shape: [Int])] {
        var tensors = [
            ("model.embed_tokens.weight", [vocabularySize, width]), ("model.norm.weight", [width]),
        ]
        for block in 0..<layers {
            tensors.append(("model.layers.\(block).input_layernorm.weight", [width]))
            tensors.append(("model.layers.\(block).post_attention_layernorm.weight", [width]))
        }
        for projection in projections {
            tensors.append(("\(projection.name).weight", [projection.output, projection.input]))
            if hasBias(projection) { tensors.append(("\(projection.name).bias", [projection.output])) }
        }
        return tensors
    }

    private func hasBias(_ projection: Projection) -> Bool {
        switch projection.part {
        case "q_proj", "k_proj", "v_proj": hasQueryKeyValueBias
        case "o_proj": hasOutputBias
        default: hasFeedForwardBias
        }
    }
}
