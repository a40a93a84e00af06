import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

/// Checkpoints that other programs wrote, and damaged ones.
@Suite struct CheckpointReadingTests {
    let golden = Golden("tiny-gelu")
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// A checkpoint whose configuration and weights are changed first.
    private func checkpoint(
        _ name: String = "model",
        model: [String: Any] = [:],
        root: [String: Any] = [:],
        change: (inout [String: Tensor]) throws -> Void = { _ in }
    ) throws -> String {
        let path = folder.path(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let source = URL(fileURLWithPath: "\(golden.directory)/open_clip_config.json")
        var object = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: source)) as? [String: Any]
        )
        var configuration = try #require(object["model_cfg"] as? [String: Any])
        configuration.merge(model) { $1 }
        object["model_cfg"] = configuration
        object.merge(root) { $1 }
        try JSONSerialization.data(withJSONObject: object).write(
            to: URL(fileURLWithPath: "\(path)/open_clip_config.json")
        )
        var tensors = try golden.file("open_clip_model").tensors()
        try change(&tensors)
        try SafetensorsFile.write(tensors, to: "\(path)/open_clip_model.safetensors")
        return path
    }

    private func expectSameFeatures(_ path: String) throws {
        let model = try CLIPModel.load(from: path)
        #expect(try difference(model.textFeatures(golden.texts()), golden.feature("text")) < 1e-6)
        #expect(try difference(model.imageFeatures(golden.images()), golden.feature("image")) < 1e-6)
    }

    @Test func wrappedNames() throws {
        let path = try checkpoint { tensors in
            tensors = Dictionary(
                uniqueKeysWithValues: tensors.map { ("state_dict.module.\($0.key)", $0.value) }
            )
        }
        try expectSameFeatures(path)
    }

    @Test func buffersOfOtherPrograms() throws {
        let path = try checkpoint { tensors in
            tensors["attn_mask"] = try Tensor.zeros([16, 16])
            tensors["text.transformer.embeddings.position_ids"] = try Tensor.arange(0..<16)
            for name in ["input_resolution", "context_length", "vocab_size"] {
                tensors[name] = try Tensor.full([], 16, dtype: .int64)
            }
        }
        try expectSameFeatures(path)
    }

    @Test func textNamesGainAPrefix() throws {
        let path = try checkpoint(model: ["custom_text": true])
        try expectSameFeatures(path)
        #expect(try CLIPModel.load(from: path).parameters["text.token_embedding.weight"] != nil)
    }

    @Test func textNamesLoseAPrefix() throws {
        let path = try checkpoint { tensors in
            tensors = Dictionary(
                uniqueKeysWithValues: tensors.map { name, tensor in
                    (name.hasPrefix("visual.") || name == "logit_scale" ? name : "text.\(name)", tensor)
                }
            )
        }
        try expectSameFeatures(path)
    }

    @Test func bothNamesOfOneParameter() throws {
        let path = try checkpoint { $0["text.ln_final.bias"] = try Tensor.zeros([16]) }
        #expect {
            try CLIPModel.load(from: path)
        } throws: {
            guard case .ambiguous(_, "ln_final.bias") = $0 as? CheckpointError else { return false }
            return true
        }
    }

    @Test func logitsOfRankOneAndMissingBias() throws {
        let path = try checkpoint(model: ["init_logit_bias": -10]) {
            $0["logit_scale"] = try Tensor.full([1], 3)
        }
        let model = try CLIPModel.load(from: path)
        #expect(model.logitScale.shape == [])
        #expect(try model.logitScale.item() == 3)
        #expect(try model.logitBias?.item() == 0)
        #expect(model.logitBias?.requiresGradient == true)
    }

    @Test func halfPrecisionBecomesFloat32() throws {
        let path = try checkpoint { try $0 = $0.mapValues { try $0.to(.float16) } }
        let model = try CLIPModel.load(from: path)
        #expect(model.parameters.entries.allSatisfy { $0.tensor.dtype == .float32 })
        #expect(try difference(model.textFeatures(golden.texts()), golden.feature("text")) < 0.01)
    }

    @Test func trainingDoesNotReachTheFile() throws {
        let path = try checkpoint()
        let model = try CLIPModel.load(from: path)
        try withoutGradient { for entry in model.parameters.entries { try entry.tensor.fill(0) } }
        try expectSameFeatures(path)
    }

    @Test func preprocessingIsRead() throws {
        let given: [String: Any] = [
            "mean": [0.5, 0.4, 0.3], "std": 0.25, "interpolation": "bilinear", "resize_mode": "squash",
            "size": [16, 16], "mode": "RGB", "fill_color": 0,
        ]
        let path = try checkpoint(root: ["preprocess_cfg": given])
        let expected = Preprocessing(
            mean: [0.5, 0.4, 0.3],
            deviation: [0.25, 0.25, 0.25],
            interpolation: .bilinear,
            resizeMode: .squash
        )
        #expect(try CheckpointDirectory(path).preprocessing == expected)
        let silent = try checkpoint("silent", root: ["preprocess_cfg": NSNull()])
        #expect(try CheckpointDirectory(silent).preprocessing == Preprocessing())
    }

    @Test(arguments: [
        (#"{"preprocess_cfg": {"mean": [1, 2]}}"#, "preprocess_cfg.mean"),
        (#"{"preprocess_cfg": {"std": [1, 0, 1]}}"#, "preprocess_cfg.std"),
        (#"{"preprocess_cfg": {"resize_mode": "crop"}}"#, "preprocess_cfg.resize_mode"),
        (#"{"swift_clip": {"shared_depth": 3}}"#, "swift_clip.shared_depth"),
        (#"{"model_cfg": 3}"#, "model_cfg"),
        (
            #"{"model_cfg": {"embed_dim": 1, "vision_cfg": {}, "text_cfg": {"hf_tokenizer_name": "x"}}}"#,
            "text_cfg.hf_tokenizer_name"
        ),
        (
            #"{"model_cfg": {"embed_dim": 1, "vision_cfg": {"mlp_ratio": 1e300}, "text_cfg": {}}}"#,
            "vision_cfg.mlp_ratio"
        ),
        (#"{"model_cfg": {"embed_dim": 1e99, "vision_cfg": {}, "text_cfg": {}}}"#, "embed_dim"),
    ])
    func configurationsThatCannotBeBuilt(_ root: String, key: String) throws {
        let object = try #require(JSONSerialization.jsonObject(with: Data(root.utf8)) as? [String: Any])
        let path = try checkpoint(root: object)
        #expect {
            try CheckpointDirectory(path)
        } throws: {
            guard case .configuration(let file, let error) = $0 as? CheckpointError else { return false }
            return file.hasSuffix("open_clip_config.json") && "\(error)".contains("'\(key)'")
        }
    }

    @Test func weightsOfAnotherModel() throws {
        let missing = try checkpoint("missing") { $0["visual.proj"] = nil }
        let shape = try checkpoint("shape") { $0["visual.proj"] = try Tensor.zeros([24, 13]) }
        let unused = try checkpoint("unused") { $0["visual.extra"] = try Tensor.zeros([1]) }
        func expect(_ path: String, _ error: ParameterError) {
            #expect(throws: CheckpointError.weights(path: "\(path)/open_clip_model.safetensors", error)) {
                try CLIPModel.load(from: path)
            }
        }
        expect(missing, .missing("visual.proj", expected: [24, 12]))
        expect(shape, .shape("visual.proj", found: [24, 13], expected: [24, 12]))
        expect(unused, .unused(["visual.extra"]))
        let integers = try checkpoint("integers") {
            $0["visual.proj"] = try Tensor.zeros([24, 12], dtype: .int32)
        }
        #expect(
            throws: CheckpointError.type(
                path: "\(integers)/open_clip_model.safetensors",
                tensor: "visual.proj",
                .int32
            )
        ) { try CLIPModel.load(from: integers) }
    }

    @Test(arguments: [(24, 20), (12, 9)]) func otherSizes(_ imageSize: Int, _ contextLength: Int) throws {
        let checkpoint = try CheckpointDirectory(golden.directory)
        let model = try checkpoint.model(imageSize: imageSize, contextLength: contextLength)
        let expected = try golden.file("resized")
        let image = try #require(model.parameters["visual.positional_embedding"])
        let text = try #require(model.parameters["positional_embedding"])
        #expect(try difference(image, expected.tensor("image_\(imageSize)")) < 1e-6)
        #expect(try difference(text, expected.tensor("text_\(contextLength)")) < 1e-6)
        let pixels = try Tensor.zeros([2, 3, imageSize, imageSize], dtype: .uint8)
        #expect(try model.imageFeatures(pixels).shape == [2, 12])
        #expect(throws: ModelConfigurationError.self) { try checkpoint.model(imageSize: 17) }
        #expect(throws: ModelConfigurationError.self) { try checkpoint.model(contextLength: 0) }
    }

    @Test func damagedFiles() throws {
        let path = try checkpoint()
        let file = URL(fileURLWithPath: "\(path)/open_clip_model.safetensors")
        let bytes = try Data(contentsOf: file)
        for damaged in [
            bytes.dropLast(100), bytes.prefix(6), Data(), Data(repeating: 0xFF, count: 64),
            Data("<!DOCTYPE html><html></html>".utf8), bytes + Data([0]),
        ] {
            try damaged.write(to: file)
            #expect(throws: SafetensorsError.self) { try CLIPModel.load(from: path) }
        }
        try FileManager.default.removeItem(at: file)
        try Data().write(to: URL(fileURLWithPath: "\(path)/open_clip_pytorch_model.bin"))
        #expect {
            try CLIPModel.load(from: path)
        } throws: {
            "\($0)".contains("open_clip_model.safetensors") && "\($0)".contains("Pickled")
        }
        for text in ["", "[1]", "{", "{\"model_cfg\": {}}", String(repeating: "[", count: 100_000)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/open_clip_config.json"))
            #expect(throws: CheckpointError.self) { try CLIPModel.load(from: path) }
        }
    }
}
