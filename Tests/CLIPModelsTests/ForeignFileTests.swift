import CLIPModels
import Foundation
import Testing

/// Models in forms that are not read, as people have them.
@Suite struct ForeignFileTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func write(_ bytes: [UInt8], to name: String) throws -> String {
        let url = folder.url.appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
        return url.path
    }

    @Test(arguments: [
        ("new.pt", Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 60), "a PyTorch file"),
        ("old.pt", [0x80, 2, 0x8A, 0x0A] + [UInt8](repeating: 0x6C, count: 60), "a PyTorch file"),
        ("model.safetensors", [2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8), "a safetensors file"),
        ("model.gguf", Array("GGUF".utf8) + [UInt8](repeating: 0, count: 60), "a GGUF file"),
    ])
    func filesOfWeightsAreNamed(_ name: String, _ bytes: [UInt8], _ kind: String) throws {
        let path = try write(bytes, to: name)
        func expect(_ body: () throws -> some Any) {
            #expect { try body() } throws: {
                let text = "\($0)"
                return text.contains("'\(path)' is \(kind), ") && text.contains("open_clip_config.json")
            }
        }
        expect { try ModelCatalog.configuration(path) }
        expect { try CheckpointDirectory(path) }
    }

    @Test(arguments: ["model.safetensors", "pytorch_model.bin", "model.safetensors.index.json"])
    func huggingFacesLayoutIsNamed(_ weights: String) throws {
        _ = try write(Array("{}".utf8), to: "theirs/config.json")
        _ = try write([0], to: "theirs/\(weights)")
        #expect {
            try CheckpointDirectory(folder.path("theirs"))
        } throws: {
            let text = "\($0)"
            return text.contains("Hugging Face's layout") && text.contains(weights)
                && text.contains("open_clip_model.safetensors")
        }
    }

    /// Where a CLIP checkpoint is expected.
    @Test(arguments: ["llama", "qwen2", "mistral"]) func languageModelsAreNamed(_ family: String) throws {
        _ = try write(Array(#"{"model_type": "\#(family)"}"#.utf8), to: "theirs/config.json")
        _ = try write([0], to: "theirs/model.safetensors")
        #expect {
            try CheckpointDirectory(folder.path("theirs"))
        } throws: {
            let text = "\($0)"
            return text.contains("a language model (\(family)), and a CLIP checkpoint is expected")
                && text.contains("open_clip_config.json") && text.contains("--language-model")
        }
    }
}
