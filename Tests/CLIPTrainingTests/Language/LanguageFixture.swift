import CLIPLanguage
import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPData
@testable import CLIPTraining

/// A tiny random Llama with a tokenizer of bytes, and shards of samples with two captions and no real picture.
final class LanguageFixture: Sendable {
    static let words = ["red", "green", "blue", "white", "black", "yellow", "purple", "grey"]
    static let count = 32

    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try Self.writeModel(url("lm"))
        for shard in 0..<2 {
            var writer = try TarWriter(creating: url("train-\(shard).tar").path)
            for number in shard * 16..<shard * 16 + 16 {
                let word = Self.words[number % 8], other = Self.words[number / 4]
                try writer.append(name: "\(number).png", content: Array("no picture".utf8))
                try writer.append(name: "\(number).txt", content: Array("a \(word) \(other) square".utf8))
                try writer.append(name: "\(number).title.txt", content: Array("\(other), \(word)".utf8))
            }
            _ = try writer.finish()
        }
    }

    func url(_ name: String) -> URL { folder.url.appending(path: name) }

    func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: url(name)) }

    /// `config.json`, `model.safetensors` and `tokenizer.json` in Hugging Face's layout.
    ///
    /// - Parameter width: Of the hidden states; a model of another width cannot take the adapter.
    static func writeModel(_ url: URL, width: Int = 16, seed: UInt64 = 3) throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let config = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 258, "hidden_size": \(width),
             "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1,
             "head_dim": 8, "rms_norm_eps": 1e-5, "rope_theta": 10000, "max_position_embeddings": 256,
             "tie_word_embeddings": true, "hidden_act": "silu", "bos_token_id": 256, "eos_token_id": 257}
            """
        try Data(config.utf8).write(to: url.appending(path: "config.json"))
        var shapes = ["model.embed_tokens.weight": [258, width], "model.norm.weight": [width]]
        for block in 0..<2 {
            let prefix = "model.layers.\(block)"
            shapes["\(prefix).input_layernorm.weight"] = [width]
            shapes["\(prefix).post_attention_layernorm.weight"] = [width]
            for name in ["q_proj"] { shapes["\(prefix).self_attn.\(name).weight"] = [16, width] }
            for name in ["k_proj", "v_proj"] { shapes["\(prefix).self_attn.\(name).weight"] = [8, width] }
            shapes["\(prefix).self_attn.o_proj.weight"] = [width, 16]
            for name in ["gate_proj", "up_proj"] { shapes["\(prefix).mlp.\(name).weight"] = [24, width] }
            shapes["\(prefix).mlp.down_proj.weight"] = [width, 24]
        }
        let generator = try RandomGenerator(seed: seed)
        var tensors: [String: Tensor] = [:]
        for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
            let tensor = try Tensor.empty(shape)
            try generator.fillNormal(tensor, deviation: 0.3)
            tensors[name] = name.contains("norm") ? try tensor * 0.3 + 1 : tensor
        }
        try SafetensorsFile.write(
            tensors,
            metadata: ["format": "pt"],
            to: url.appending(path: "model.safetensors").path
        )
        try tokenizer.write(to: url.appending(path: "tokenizer.json"))
    }

    /// A token for each byte, and two special ones.
    private static var tokenizer: Data {
        get throws {
            // Bytes that print stand for themselves; the others for what follows 255, in order.
            let printing = Set(Array(33...126) + Array(161...172) + Array(174...255))
            var (vocabulary, next): ([String: Int], UInt32) = ([:], 256)
            for byte in 0..<256 {
                var code = UInt32(byte)
                if !printing.contains(byte) { (code, next) = (next, next + 1) }
                vocabulary[String(Character(try #require(Unicode.Scalar(code))))] = byte
            }
            let added = [(256, "<s>"), (257, "</s>")].map { id, content -> [String: Any] in
                [
                    "id": id, "content": content, "special": true, "lstrip": false, "rstrip": false,
                    "single_word": false, "normalized": false,
                ]
            }
            let object: [String: Any] = [
                "version": "1.0", "added_tokens": added, "normalizer": NSNull(),
                "pre_tokenizer": [
                    "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
                ] as [String: Any],
                "post_processor": NSNull(),
                "decoder": [
                    "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true,
                ] as [String: Any],
                "model": ["type": "BPE", "vocab": vocabulary, "merges": [String]()] as [String: Any],
            ]
            return try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        }
    }

    /// Six steps of eight pairs.
    var yaml: String {
        """
        seed: 1
        model: {language: "\(url("lm").path)", adapter: {rank: 4, alpha: 8, dropout: 0.1}}
        data:
          train: "\(url("train-{0..1}.tar").path)"
          captions: {sources: {caption: txt, title: title.txt}}
          workers: 1
        batch: 8
        length: 6 steps
        objective: {kind: captionContrastive}
        optimizer: {learningRate: 1e-2, betas: [0.9, 0.999], weightDecay: 0, gradientClipNorm: 1}
        schedule: {kind: linear, warmup: 2 steps}
        log: {every: 1 steps}
        checkpoint: {every: 3 steps}
        device: cpu
        threads: 1
        """
    }

    func recipe(_ overrides: [String] = []) throws -> Recipe {
        try Recipe(yaml: yaml, overrides: overrides)
    }

    @discardableResult
    func train(_ overrides: [String] = [], in run: String = "run") throws -> TrainingReport {
        try TrainingRun.start(
            recipe: recipe(overrides),
            directory: url(run),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
    }

    @discardableResult
    func resume(_ overrides: [String] = [], in run: String = "run") throws -> TrainingReport {
        try TrainingRun.resume(
            directory: url(run),
            overrides: overrides,
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
    }

    /// The parts of a run without its directory.
    func trainer(_ overrides: [String] = []) throws -> Trainer {
        let setup = try RunSetup.prepare(recipe(overrides), output: .nullDevice).stages[0]
        let states = RevertibleSampleStates(MemorySampleStates(count: 0, width: 0))
        let step = try TrainingStep(
            setup.recipe,
            model: setup.model(),
            objective: setup.recipe.lossFamily.objective(setup.recipe, pace: setup.pace, states: states)
        )
        return Trainer(
            step,
            loader: try setup.loader(stream: 0),
            learningRate: TrainingSchedule(setup.recipe, pace: setup.pace).learningRate
        )
    }

    /// The matrices of a checkpoint's adapter, by name.
    func matrices(_ run: String = "run", step: Int, _ part: String = "model") throws -> [String: [Float]] {
        let path = url("\(run)/checkpoints/step-\(step)/\(part)/adapter_model.safetensors").path
        return try SafetensorsFile(path: path).tensors().mapValues { try $0.scalars() }
    }
}
