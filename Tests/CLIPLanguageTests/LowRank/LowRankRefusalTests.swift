import CLIPLanguage
import Foundation
import Testing
import Torch
import TorchNN

/// Adapters that do not fit, and settings that are not run.
@Suite struct LowRankRefusalTests {
    /// A copy of `all` with other settings and tensors.
    private static func message(
        _ name: String = "all",
        layers: Int = 2,
        width: Int = 32,
        settings: [String: Any] = [:],
        tensors change: (inout [String: Tensor]) -> Void = { _ in }
    ) throws -> String? {
        let folder = try ScratchDirectory()
        let source = LanguageFixture.url("LowRank/\(name)")
        var object =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: source.appending(path: "adapter_config.json"))
            ) as? [String: Any] ?? [:]
        object.merge(settings) { $1 }
        try JSONSerialization.data(withJSONObject: object)
            .write(to: folder.url.appending(path: "adapter_config.json"))
        let file = source.appending(path: "adapter_model.safetensors")
        var tensors = try SafetensorsFile(path: file.path).tensors()
        change(&tensors)
        try SafetensorsFile.write(tensors, to: folder.path("adapter_model.safetensors"))
        let configuration = LanguageModelConfiguration(
            vocabularySize: 262,
            width: width,
            layers: layers,
            heads: 4,
            keyValueHeads: 2,
            hiddenWidth: 32
        )
        do {
            _ = try LowRankAdapter(directory: folder.url.path, for: configuration)
            return nil
        } catch let error as LowRankError {
            #expect(error.description.hasPrefix(folder.url.path))
            return error.description
        }
    }

    @Test(arguments: [
        ("peft_type", #""LOHA""#, "peft_type is 'LOHA', expected 'LORA'"),
        ("r", "0", "r is 0, expected a whole number from 1"),
        ("r", "true", "r is true, expected a whole number from 1"),
        ("lora_dropout", "1", "lora_dropout is 1, expected a number from 0 to below 1"),
        ("use_dora", "true", "use_dora is true, expected none: this setting is not supported"),
        ("bias", #""all""#, "bias is 'all', expected 'none'"),
        ("modules_to_save", #"["lm_head"]"#, "modules_to_save is ['lm_head'], expected none"),
        ("rank_pattern", #"{"q_proj": 2}"#, "rank_pattern is {q_proj: 2}, expected none"),
        ("alpha_pattern", #"{"q_proj": 2}"#, "alpha_pattern is {q_proj: 2}, expected none"),
        ("fan_in_fan_out", "true", "fan_in_fan_out is true, expected none"),
        ("layer_replication", "[[0, 1]]", "layer_replication is [[0, 1]], expected none"),
        ("a_later_invention", "1", "a_later_invention is 1, expected none"),
        (
            "init_lora_weights", #""pissa""#,
            "init_lora_weights is 'pissa', expected a start that leaves the base"
        ),
        ("layers_pattern", #""h""#, "layers_pattern is 'h', expected null or 'layers'"),
        (
            "target_modules", "3",
            "target_modules is 3, expected a list of names, an expression, or 'all-linear'"
        ),
        ("target_modules", #""(""#, "target_modules is '(', expected a list of names"),
    ]) func settingsThatAreNotRunAreNamed(key: String, json: String, says: String) throws {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
        let found = try Self.message(settings: [key: value])
        #expect(found?.contains("the adapter's setting \(says)") ?? false, "\(found ?? "no error")")
    }

    @Test func otherDepthsAreAnotherBase() throws {
        let found = try Self.message(layers: 3, settings: ["base_model_name_or_path": "some/model"])
        #expect(
            found?.hasSuffix(
                "the adapter changes 2 blocks and the model has 3: it was made for another base model, by its settings 'some/model'"
            ) ?? false
        )
        #expect(try Self.message(layers: 1)?.contains("changes 2 blocks and the model has 1") ?? false)
    }

    @Test func otherWidthsAreAnotherBase() throws {
        let found = try Self.message(width: 64)
        #expect(
            found?.contains(
                "'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight' has shape [4, 32], and the model needs [4, 64]"
            ) ?? false
        )
    }

    @Test func anotherRankIsAnError() throws {
        #expect(
            try Self.message(settings: ["r": 8])?.contains("has shape [4, 32], and the model needs [8, 32]")
                ?? false
        )
    }

    @Test func layersThatTheFileLacksAreNamed() throws {
        let name = "model.layers.1.mlp.up_proj"
        for matrix in ["lora_A", "lora_B"] {
            let found = try Self.message { $0["base_model.model.\(name).\(matrix).weight"] = nil }
            #expect(found?.contains("it lacks \(name)") ?? false, "\(found ?? "no error")")
        }
    }

    @Test func layersBeyondTheSettingsAreNamed() throws {
        let found = try Self.message(settings: [
            "target_modules": ["k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
        ])
        #expect(
            found?.contains(
                "do not have model.layers.0.self_attn.q_proj, model.layers.1.self_attn.q_proj; expected one pair"
            ) ?? false
        )
        #expect(try Self.message(settings: ["target_modules": NSNull()])?.contains("do not have") ?? false)
        #expect(
            try Self.message(settings: ["exclude_modules": ["mlp.up_proj"]])?.contains("up_proj") ?? false
        )
        #expect(try Self.message(settings: ["layers_to_transform": 0])?.contains("model.layers.1") ?? false)
    }

    @Test func otherTensorsAreNamed() throws {
        let names = [
            "base_model.model.lm_head.weight",
            "base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector.weight",
            "base_model.model.model.layers.0.self_attn.q_proj.lora_A.other.weight",
            "model.layers.0.self_attn.q_proj.lora_A.weight",
        ]
        for name in names {
            let found = try Self.message { $0[name] = try? Tensor.zeros([4, 32]) }
            #expect(found?.contains("holds what is no pair") ?? false, "\(found ?? "no error")")
            #expect(found?.contains(name) ?? false || name.contains(".other."), "\(found ?? "no error")")
        }
    }

    @Test func whatSaysTheSameIsRead() throws {
        #expect(try Self.message(settings: ["target_modules": "all-linear"]) == nil)
        #expect(
            try Self.message(settings: ["layers_to_transform": [0, 1], "layers_pattern": "layers"]) == nil
        )
        #expect(
            try Self.message(settings: ["exclude_modules": "lm_head", "init_lora_weights": "gaussian"]) == nil
        )
    }

    @Test func missingFilesAreNamed() throws {
        let folder = try ScratchDirectory()
        func message() -> String {
            let error = #expect(throws: LowRankError.self) {
                try LowRankAdapter(directory: folder.url.path, for: LowRankFixture.base().configuration)
            }
            return error?.description ?? ""
        }
        #expect(message().contains("there is no adapter_config.json; expected the directory of an adapter"))
        let settings = folder.url.appending(path: "adapter_config.json")
        try Data("[".utf8).write(to: settings)
        #expect(message().contains("adapter_config.json cannot be read: expected a JSON object"))
        try Data("{}".utf8).write(to: settings)
        #expect(message().contains("peft_type is missing, expected 'LORA'"))
        try Data(#"{"peft_type": "LORA"}"#.utf8).write(to: settings)
        #expect(message().contains("there is no adapter_model.safetensors"))
        try Data().write(to: folder.url.appending(path: "adapter_model.bin"))
        #expect(message().contains("adapter_model.bin is not read"))
    }

    /// Only the kind: rank 8, alpha 8, and the targets that peft takes for this family.
    @Test func whatIsNotSaidIsPeftsOwn() throws {
        let folder = try ScratchDirectory()
        try Data(#"{"peft_type": "LORA"}"#.utf8).write(to: folder.url.appending(path: "adapter_config.json"))
        var tensors: [String: Tensor] = [:]
        for layer in 0..<2 {
            for (part, output) in [("q_proj", 32), ("v_proj", 16)] {
                let name = "base_model.model.model.layers.\(layer).self_attn.\(part)"
                tensors["\(name).lora_A.weight"] = try .ones([8, 32])
                tensors["\(name).lora_B.weight"] = try .ones([output, 8])
            }
        }
        try SafetensorsFile.write(tensors, to: folder.path("adapter_model.safetensors"))
        let adapter = try LowRankAdapter(directory: folder.url.path, for: LowRankFixture.base().configuration)
        #expect(adapter.options.scale == 1)
        #expect(adapter.options.dropout == 0)
        #expect(adapter.options.targets == ["q_proj", "v_proj"])
    }
}
