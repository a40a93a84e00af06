public import Foundation

extension LanguageModelConfiguration {
    /// The families, with the classes that `architectures` names.
    static let families = ["llama", "mistral", "qwen2"]
    static let supportedFamilies = "llama (which SmolLM2 is), qwen2, mistral"

    /// Reads a `config.json` in Hugging Face's layout.
    ///
    /// - Parameter path: Names the file in errors.
    /// - Throws: ``LanguageModelError`` that names the key.
    public init(json data: Data, path: String) throws {
        let json = try LanguageModelJSON(data, path: path)
        let family = try Self.family(json)
        try Self.refuse(json, family)
        let vocabulary = try json.requiredSize("vocab_size")
        let width = try json.requiredSize("hidden_size")
        let heads = try json.requiredSize("num_attention_heads")
        let context = try json.size("max_position_embeddings") ?? 2048
        self.init(
            family: family,
            vocabularySize: vocabulary,
            width: width,
            layers: try json.requiredSize("num_hidden_layers", limit: 4096),
            heads: heads,
            keyValueHeads: try json.size("num_key_value_heads"),
            headWidth: try Self.headWidth(json, width: width, heads: heads),
            hiddenWidth: try json.requiredSize("intermediate_size"),
            normEpsilon: try json.real("rms_norm_eps") ?? 1e-6,
            rotaryBase: try json.object("rope_parameters")?.real("rope_theta") ?? json.real("rope_theta")
                ?? 10_000,
            rotaryScaling: try Self.scaling(json),
            hasQueryKeyValueBias: family == "qwen2" ? true : try json.flag("attention_bias") ?? false,
            hasOutputBias: family == "qwen2" ? false : try json.flag("attention_bias") ?? false,
            hasFeedForwardBias: try json.flag("mlp_bias") ?? false,
            tiesEmbeddings: try json.flag("tie_word_embeddings") ?? false,
            contextLength: min(context, try Self.window(json, family) ?? context),
            startToken: try json.ids("bos_token_id", below: vocabulary).first,
            endTokens: try json.ids("eos_token_id", below: vocabulary)
        )
        guard heads % keyValueHeads == 0 else {
            throw json.wrong("num_key_value_heads", keyValueHeads, "a divisor of the \(heads) heads")
        }
        guard headWidth % 2 == 0 else {
            throw json.wrong("head_dim", headWidth, "an even number, as rotary positions turn pairs")
        }
    }

    private static func family(_ json: LanguageModelJSON) throws -> String {
        let classes = try json.texts("architectures")
        let named = try json.text("model_type")
        // A file without `model_type` may still name a class, such as LlamaForCausalLM.
        let family =
            named ?? families.first { family in classes.contains { $0.lowercased().hasPrefix(family) } }
        if let family, families.contains(family) { return family }
        guard let found = named ?? classes.first else {
            throw LanguageModelError.missingKey(path: json.path, key: "model_type")
        }
        throw LanguageModelError.unsupported(
            path: json.path,
            key: named == nil ? "architectures" : "model_type",
            value: "'\(found)'",
            supported: supportedFamilies
        )
    }

    /// Refuses what would be computed in another way.
    private static func refuse(_ json: LanguageModelJSON, _ family: String) throws {
        func unsupported(_ key: String, _ value: Any, _ supported: String) -> LanguageModelError {
            .unsupported(
                path: json.path,
                key: json.name(key),
                value: LanguageModelJSON.text(of: value),
                supported: supported
            )
        }
        if let activation = try json.text("hidden_act"), !["silu", "swish"].contains(activation) {
            throw unsupported("hidden_act", activation, "silu")
        }
        if family == "qwen2", try json.flag("use_sliding_window") == true {
            throw unsupported("use_sliding_window", true, "false")
        }
        if family != "mistral",
            let layer = try json.texts("layer_types").first(where: { $0 != "full_attention" })
        {
            throw unsupported("layer_types", layer, "full_attention")
        }
        if let quantization = json.raw("quantization_config") {
            throw unsupported(
                "quantization_config",
                quantization,
                "weights in float32, float16 or bfloat16, and GGUF files"
            )
        }
    }

    private static func headWidth(_ json: LanguageModelJSON, width: Int, heads: Int) throws -> Int {
        if let given = try json.size("head_dim") { return given }
        guard width % heads == 0 else {
            throw json.wrong(
                "num_attention_heads",
                heads,
                "a divisor of hidden_size \(width), as there is no 'head_dim'"
            )
        }
        return width / heads
    }

    /// Mistral's window; its class takes 4096 where the key is missing, and none where it is null.
    private static func window(_ json: LanguageModelJSON, _ family: String) throws -> Int? {
        guard family == "mistral" else { return nil }
        return json.has("sliding_window") ? try json.size("sliding_window") : 4096
    }

    private static func scaling(_ json: LanguageModelJSON) throws -> RotaryScaling? {
        // Since its version 5 transformers writes `rope_parameters`, which hold θ as well.
        guard let rotary = try json.object("rope_parameters") ?? json.object("rope_scaling") else {
            return nil
        }
        if let share = try rotary.real("partial_rotary_factor"), share != 1 {
            throw LanguageModelError.unsupported(
                path: json.path,
                key: rotary.name("partial_rotary_factor"),
                value: "\(share)",
                supported: "1"
            )
        }
        let key = rotary.raw("rope_type") == nil ? "type" : "rope_type"
        switch try rotary.text(key) ?? "default" {
        case "default": return nil
        case "llama3":
            func number(_ key: String) throws -> Double {
                guard let value = try rotary.real(key) else {
                    throw LanguageModelError.missingKey(path: json.path, key: rotary.name(key))
                }
                return value
            }
            let scaling = RotaryScaling(
                factor: try number("factor"),
                low: try number("low_freq_factor"),
                high: try number("high_freq_factor"),
                originalContext: try rotary.requiredSize("original_max_position_embeddings")
            )
            guard scaling.low < scaling.high else {
                throw rotary.wrong(
                    "high_freq_factor",
                    scaling.high,
                    "more than low_freq_factor, \(scaling.low)"
                )
            }
            return scaling
        case let other:
            throw LanguageModelError.unsupported(
                path: json.path,
                key: rotary.name(key),
                value: "'\(other)'",
                supported: "default, llama3"
            )
        }
    }
}
