import CLIPLanguage
import Foundation
import Testing
import Torch
import TorchNN

@Suite struct GGUFModelTests {
    /// What the gguf package and transformers find in the models.
    private struct Record: Decodable {
        let crc32: [String: UInt32]
        let hidden: [Float]
    }

    private static func records() throws -> (ids: [Int64], models: [String: Record]) {
        let url = LanguageFixture.url("GGUF/gguf-models.json")
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any] ?? [:]
        let ids = (object["ids"] as? [NSNumber] ?? []).map(\.int64Value)
        let rest = try JSONSerialization.data(withJSONObject: object.filter { $0.key != "ids" })
        return (ids, try JSONDecoder().decode([String: Record].self, from: rest))
    }

    static let files = ["llama-f32.gguf", "llama-q8_0.gguf", "llama-q4_1.gguf", "qwen2-f16.gguf"]

    /// Names, the order of the rows of queries and keys, biases, and the values of blocks.
    @Test(arguments: files) func tensorsAreThoseOfTheSource(file: String) throws {
        let model = try GGUFModel(path: LanguageFixture.path("GGUF/\(file)"))
        let wanted = try #require(try Self.records().models[file]).crc32
        #expect(model.tensorNames.sorted() == wanted.keys.sorted())
        for (name, sum) in wanted {
            let tensor = try #require(try model.tensor(name)).to(.float32).contiguous()
            #expect(try tensor.withUnsafeBytes { crc32(UnsafeRawBufferPointer($0)) } == sum, "\(name)")
        }
        #expect(try model.tensor("model.layers.2.mlp.up_proj.weight") == nil)
        #expect(model.weightFiles == [model.path])
    }

    @Test(arguments: files) func hiddenStatesAreThoseOfTransformers(file: String) throws {
        let (ids, models) = try Self.records()
        let wanted = try #require(models[file]).hidden
        let model = try LanguageModel(LanguageModels.open(LanguageFixture.path("GGUF/\(file)")))
        let sequences = try PackedSequences(lengths: [ids.count])
        let found = try model.hiddenStates(of: Tensor(ids), sequences, isCausal: true).scalars(as: Float.self)
        let largest = wanted.map(abs).max() ?? 0
        #expect(found.count == wanted.count)
        #expect(zip(found, wanted).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
    }

    @Test func theConfigurationIsThatOfTheMetadata() throws {
        let llama = try GGUFModel(path: LanguageFixture.path("GGUF/llama-q4_1.gguf")).configuration
        #expect(
            llama
                == LanguageModelConfiguration(
                    family: "llama",
                    vocabularySize: 262,
                    width: 32,
                    layers: 2,
                    heads: 4,
                    keyValueHeads: 2,
                    hiddenWidth: 32,
                    normEpsilon: 1e-5,
                    rotaryBase: 5000,
                    contextLength: 128,
                    startToken: 260,
                    endTokens: [260]
                )
        )
        let qwen = try GGUFModel(path: LanguageFixture.path("GGUF/qwen2-f16.gguf")).configuration
        #expect(qwen.family == "qwen2")
        #expect(qwen.hasQueryKeyValueBias)
        #expect(!qwen.hasOutputBias && !qwen.hasFeedForwardBias)
        #expect(!qwen.tiesEmbeddings)
        #expect(qwen.rotaryBase == 1e6)
        #expect(qwen.normEpsilon == 1e-6)
    }

    @Test func blocksAreDecodedToTheTypeThatIsAskedFor() throws {
        let path = LanguageFixture.path("GGUF/llama-q8_0.gguf")
        let narrow = try GGUFModel(path: path, decodedTo: .bfloat16)
        let wide = try GGUFModel(path: path)
        for name in wide.tensorNames {
            let found = try #require(try narrow.tensor(name))
            let isNorm = name.contains("norm")
            #expect(found.dtype == (isNorm ? .float32 : .bfloat16), "\(name)")
            let wanted = try #require(try wide.tensor(name)).to(found.dtype)
            #expect(try found.scalars(as: Float.self) == wanted.scalars(as: Float.self), "\(name)")
        }
    }
}
