import CLIPLanguage
import Foundation
import Testing
import Torch
import TorchNN

/// A copy of a tiny model that a test may damage.
private final class ModelFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "language-model-\(UUID().uuidString)")
    var path: String { url.path }

    init(_ name: String = "tiny-llama") throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let tiny = try TinyModel(name).directory
        for file in ["config.json", "model.safetensors"] {
            try FileManager.default.copyItem(atPath: "\(tiny)/\(file)", toPath: "\(path)/\(file)")
        }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }

    /// Writes other weights in the place of those that are there.
    func replaceWeights(_ change: (inout [String: Tensor]) throws -> Void) throws {
        var tensors = try SafetensorsFile(path: "\(path)/model.safetensors").tensors()
        try change(&tensors)
        try SafetensorsFile.write(tensors, to: "\(path)/model.safetensors")
    }

    /// Cuts the weights into two shards with an index.
    func shard() throws {
        let tensors = try SafetensorsFile(path: "\(path)/model.safetensors").tensors()
        let second = tensors.filter { $0.key.contains("layers.1.") || $0.key == "lm_head.weight" }
        let first = tensors.filter { second[$0.key] == nil }
        try SafetensorsFile.write(first, to: "\(path)/model-00001-of-00002.safetensors")
        try SafetensorsFile.write(second, to: "\(path)/model-00002-of-00002.safetensors")
        try remove("model.safetensors")
        var map: [String: String] = [:]
        for name in tensors.keys {
            map[name] = "model-0000\(second[name] == nil ? 1 : 2)-of-00002.safetensors"
        }
        try index(map)
    }

    func index(_ map: [String: String]) throws {
        let data = try JSONSerialization.data(withJSONObject: ["metadata": [:], "weight_map": map])
        try data.write(to: url.appending(path: "model.safetensors.index.json"))
    }

    func message() -> String {
        do {
            _ = try LanguageModel(LanguageModels.open(path))
            return "loaded"
        } catch {
            return "\(error)"
        }
    }
}

@Suite struct LanguageModelDirectoryTests {
    private func states(_ folder: ModelFolder) throws -> [Float] {
        try LanguageModel(LanguageModels.open(folder.path)).states(of: [[5, 6, 7]], isCausal: true).scalars()
    }

    @Test func shardsAndNamesWithoutPrefix() throws {
        let folder = try ModelFolder()
        let expected = try states(folder)
        try folder.shard()
        #expect(try states(folder) == expected)
        #expect(
            try LanguageModelDirectory(folder.path).weightFiles.map {
                URL(fileURLWithPath: $0).lastPathComponent
            } == [
                "config.json", "model.safetensors.index.json", "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors",
            ]
        )
        let bare = try ModelFolder()
        try bare.replaceWeights { tensors in
            tensors["lm_head.weight"] = nil
            tensors = Dictionary(
                uniqueKeysWithValues: tensors.map { (String($0.key.dropFirst("model.".count)), $0.value) }
            )
            tensors["layers.0.self_attn.rotary_emb.inv_freq"] = try .zeros([8])
        }
        #expect(try states(bare) == expected)
        #expect(try LanguageModelDirectory(bare.path + "/").tensorNames.allSatisfy { $0.hasPrefix("model.") })
    }

    @Test func furtherEndsOfAnswers() throws {
        let folder = try ModelFolder()
        try folder.write(#"{"eos_token_id": [3, 9]}"#, to: "generation_config.json")
        #expect(try LanguageModelDirectory(folder.path).configuration.endTokens == [2, 3, 9])
    }

    @Test func aMissingShardIsNamed() throws {
        let folder = try ModelFolder()
        try folder.shard()
        try folder.remove("model-00002-of-00002.safetensors")
        #expect(
            folder.message()
                == "\(folder.path)/model.safetensors.index.json names 'model-00002-of-00002.safetensors' for 'lm_head.weight', "
                + "and there is no such file beside it; copy the missing shard there"
        )
    }

    @Test func anIndexThatLiesIsNamed() throws {
        let folder = try ModelFolder()
        try folder.shard()
        try folder.index(["model.norm.weight": "model-00002-of-00002.safetensors"])
        #expect(
            folder.message().hasPrefix(
                "\(folder.path)/model-00002-of-00002.safetensors: there is no 'model.norm.weight'; the weights are incomplete"
            )
        )
        try folder.index(["model.norm.weight": "../model.safetensors"])
        #expect(folder.message().contains("'model.norm.weight' lies in '../model.safetensors'"))
        try folder.write("{}", to: "model.safetensors.index.json")
        #expect(folder.message().contains("it has no 'weight_map'"))
    }

    @Test func weightsThatDoNotFitAreNamed() throws {
        let name = "model.layers.1.mlp.down_proj.weight"
        let missing = try ModelFolder()
        try missing.replaceWeights { $0[name] = nil }
        #expect(missing.message().contains("there is no '\(name)' (expected shape [24, 40])"))
        let shape = try ModelFolder()
        try shape.replaceWeights { $0[name] = try .zeros([24, 41]) }
        #expect(
            shape.message()
                == "\(shape.path)/model.safetensors: '\(name)' has shape [24, 41], and the configuration makes it [24, 40]"
        )
        let type = try ModelFolder()
        try type.replaceWeights { $0[name] = try .zeros([24, 40], dtype: .int8) }
        #expect(type.message().contains("'\(name)' holds int8; expected float32, float16 or bfloat16"))
        let surplus = try ModelFolder()
        try surplus.replaceWeights { $0["model.layers.2.mlp.down_proj.weight"] = try .zeros([24, 40]) }
        #expect(
            surplus.message().contains("'model.layers.2.mlp.down_proj.weight' is not part of the 2 blocks")
        )
        let bias = try ModelFolder()
        try bias.replaceWeights { $0["model.layers.0.self_attn.q_proj.bias"] = try .zeros([64]) }
        #expect(bias.message().contains("'model.layers.0.self_attn.q_proj.bias' is not part of"))
        let twice = try ModelFolder()
        try twice.replaceWeights { $0["norm.weight"] = try .zeros([24]) }
        #expect(twice.message().contains("'model.norm.weight' is there twice, with and without 'model.'"))
    }

    @Test func otherThingsAreRefusedByWhatTheyAre() throws {
        let folder = try ModelFolder()
        try folder.write("{}", to: "open_clip_config.json")
        #expect(
            folder.message().contains(
                "is a CLIP checkpoint (it holds open_clip_config.json), which is no language model"
            )
        )
        try folder.remove("open_clip_config.json")
        try folder.remove("model.safetensors")
        try folder.write("", to: "pytorch_model.bin")
        #expect(
            folder.message().contains("it holds config.json, pytorch_model.bin. Pickled weights are not read")
        )
        try folder.remove("config.json")
        #expect(
            folder.message().contains("is a directory without config.json; a language model is a directory")
        )
        try folder.write("{}", to: "adapter_config.json")
        #expect(folder.message().contains("is an adapter (it holds adapter_config.json)"))
        try folder.remove("adapter_config.json")
        try folder.write("GGUF", to: "small.gguf")
        #expect(folder.message().contains("name the file itself, '\(folder.path)/small.gguf'"))
        try folder.remove("small.gguf")
        try folder.write("hello", to: "notes.txt")
        #expect { try LanguageModels.open("\(folder.path)/notes.txt") } throws: {
            "\($0)".contains("notes.txt' is a file;")
        }
        #expect { try LanguageModels.open("\(folder.path)/nothing") } throws: {
            "\($0)".hasPrefix("there is no language model at '\(folder.path)/nothing': nothing has that name")
        }
        try folder.write("", to: "config.json")
        #expect(
            folder.message()
                == "cannot read '\(folder.path)/config.json': it is empty; expected a JSON object"
        )
    }

    @Test func aMissingTokenizerIsNamed() throws {
        let folder = try ModelFolder()
        #expect { try LanguageModelDirectory(folder.path).tokenizer() } throws: {
            "\($0)".contains(
                "\(folder.path)/tokenizer.json': there is no such file; copy the model's tokenizer.json"
            )
        }
    }
}
