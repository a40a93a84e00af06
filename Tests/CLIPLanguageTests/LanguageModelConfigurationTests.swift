import CLIPLanguage
import Foundation
import Testing

@Suite struct LanguageModelConfigurationTests {
    private static var smol: [String: Any] {
        [
            "model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 49152,
            "hidden_size": 576,
            "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3,
            "intermediate_size": 1536,
            "rms_norm_eps": 1e-5, "rope_theta": 100_000, "max_position_embeddings": 8192,
            "tie_word_embeddings": true,
            "hidden_act": "silu", "bos_token_id": 1, "eos_token_id": 2, "rope_scaling": NSNull(),
            "use_cache": true,
        ]
    }

    private func read(_ changes: [String: Any?] = [:]) throws -> LanguageModelConfiguration {
        var values = Self.smol
        for (key, value) in changes { values[key] = value }
        return try LanguageModelConfiguration(
            json: JSONSerialization.data(withJSONObject: values),
            path: "config.json"
        )
    }

    private func message(_ changes: [String: Any?]) -> String {
        do {
            return "read: \(try read(changes))"
        } catch {
            return "\(error)"
        }
    }

    @Test func smolLM2() throws {
        #expect(
            try read()
                == LanguageModelConfiguration(
                    vocabularySize: 49152,
                    width: 576,
                    layers: 30,
                    heads: 9,
                    keyValueHeads: 3,
                    headWidth: 64,
                    hiddenWidth: 1536,
                    normEpsilon: 1e-5,
                    rotaryBase: 100_000,
                    contextLength: 8192,
                    startToken: 1,
                    endTokens: [2]
                )
        )
    }

    @Test func defaults() throws {
        var removed: [String: Any?] = ["num_key_value_heads": nil, "rms_norm_eps": nil, "rope_theta": nil]
        removed["tie_word_embeddings"] = Any?.none
        var values = Self.smol
        for key in removed.keys { values[key] = nil }
        let found = try LanguageModelConfiguration(
            json: JSONSerialization.data(withJSONObject: values),
            path: "config.json"
        )
        #expect(found.keyValueHeads == 9)
        #expect(found.normEpsilon == 1e-6)
        #expect(found.rotaryBase == 10_000)
        #expect(!found.tiesEmbeddings)
    }

    @Test func qwen2HasBiases() throws {
        let found = try read([
            "model_type": "qwen2", "use_sliding_window": false, "sliding_window": 128,
            "eos_token_id": [7, 9],
        ])
        #expect(found.hasQueryKeyValueBias)
        #expect(!found.hasOutputBias)
        #expect(found.contextLength == 8192)
        #expect(found.endTokens == [7, 9])
        #expect(
            message(["model_type": "qwen2", "use_sliding_window": true]).contains(
                "'use_sliding_window' is true"
            )
        )
    }

    @Test func llamaWithBiases() throws {
        let found = try read(["attention_bias": true, "mlp_bias": true])
        #expect(found.hasQueryKeyValueBias && found.hasOutputBias && found.hasFeedForwardBias)
    }

    /// Inside a window of 4096 nothing is out of sight: texts are limited to it.
    @Test func mistralsWindowLimitsTheContext() throws {
        #expect(try read(["model_type": "mistral", "sliding_window": 1024]).contextLength == 1024)
        #expect(try read(["model_type": "mistral"]).contextLength == 4096)
        #expect(try read(["model_type": "mistral", "sliding_window": NSNull()]).contextLength == 8192)
    }

    private static var llama3: [String: Any] {
        [
            "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        ]
    }
    private static let scaling = LanguageModelConfiguration.RotaryScaling(
        factor: 32,
        low: 1,
        high: 4,
        originalContext: 8192
    )

    @Test(arguments: ["type", "rope_type"]) func llama3Scaling(key: String) throws {
        let scaling = Self.llama3.merging([key: "llama3"]) { $1 }
        #expect(try read(["rope_scaling": scaling]).rotaryScaling == Self.scaling)
    }

    /// transformers 5 puts θ beside the scaling.
    @Test func rotaryParametersOfNewFiles() throws {
        let parameters = Self.llama3.merging(["rope_type": "llama3", "rope_theta": 500_000.0]) { $1 }
        let found = try read(["rope_parameters": parameters, "rope_theta": nil])
        #expect(found.rotaryScaling == Self.scaling)
        #expect(found.rotaryBase == 500_000)
        let plain = try read(["rope_parameters": ["rope_type": "default", "rope_theta": 7.0]])
        #expect(plain.rotaryScaling == nil)
        #expect(plain.rotaryBase == 7)
    }

    @Test(arguments: ["linear", "dynamic", "yarn", "longrope"]) func otherScalingsAreRefused(name: String) {
        let text = message(["rope_scaling": ["rope_type": name, "factor": 2.0]])
        #expect(
            text
                == "config.json: 'rope_scaling.rope_type' is '\(name)', which is not supported; supported: default, llama3"
        )
    }

    @Test func otherFamiliesAreRefused() {
        #expect(
            message(["model_type": "gpt2"])
                == "config.json: 'model_type' is 'gpt2', which is not supported; supported: llama (which SmolLM2 is), qwen2, mistral"
        )
        var values = Self.smol
        values["model_type"] = nil
        values["architectures"] = ["BertModel"]
        let data = try? JSONSerialization.data(withJSONObject: values)
        #expect { try LanguageModelConfiguration(json: data ?? Data(), path: "c") } throws: {
            "\($0)".contains("'architectures' is 'BertModel'")
        }
    }

    @Test(arguments: [
        ("num_key_value_heads", 4, "'num_key_value_heads' is 4, expected a divisor of the 9 heads"),
        ("num_attention_heads", 10, "'num_attention_heads' is 10, expected a divisor of hidden_size 576"),
        ("head_dim", 63, "'head_dim' is 63, expected an even number"),
        ("hidden_size", 0, "'hidden_size' is 0, expected a whole number, 1 to"),
        ("vocab_size", -1, "'vocab_size' is -1, expected a whole number"),
    ])
    func sizesThatCannotBe(key: String, value: Int, expected: String) {
        #expect(message([key: value]).contains(expected))
    }

    @Test func otherValuesAreNamed() {
        #expect(
            message(["hidden_act": "gelu"]).contains(
                "'hidden_act' is 'gelu', which is not supported; supported: silu"
            )
        )
        #expect(message(["hidden_size": "big"]).contains("'hidden_size' is 'big', expected a whole number"))
        #expect(
            message(["tie_word_embeddings": 1]).contains("'tie_word_embeddings' is 1, expected true or false")
        )
        #expect(
            message(["num_hidden_layers": 4097]).contains(
                "'num_hidden_layers' is 4097, expected a whole number, 1 to 4096"
            )
        )
        #expect(message(["eos_token_id": ["x"]]).contains("expected an id or a list of ids"))
        #expect(
            message(["quantization_config": ["bits": 4]]).contains("'quantization_config' is {\"bits\":4}")
        )
        #expect(
            message(["layer_types": ["sliding_attention"]]).contains("'layer_types' is 'sliding_attention'")
        )
        #expect { try LanguageModelConfiguration(json: Data("[1]".utf8), path: "c") } throws: {
            "\($0)" == "cannot read 'c': it is no JSON object"
        }
        var values = Self.smol
        values["intermediate_size"] = nil
        let data = try? JSONSerialization.data(withJSONObject: values)
        #expect { try LanguageModelConfiguration(json: data ?? Data(), path: "c") } throws: {
            "\($0)" == "c: there is no 'intermediate_size', which the architecture needs"
        }
    }
}
