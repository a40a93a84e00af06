import CLIPLanguage
import CLIPText
import Foundation
import Testing

/// Ids that a model has no row of embeddings for.
@Suite struct VocabularyBoundsTests {
    /// A copy of a model with 56 ids.
    private static func folder() throws -> ScratchDirectory {
        let folder = try ScratchDirectory()
        for name in ["config.json", "model.safetensors"] {
            try FileManager.default.copyItem(
                atPath: "\(LanguageFixture.path("tiny-llama"))/\(name)",
                toPath: folder.path(name)
            )
        }
        return folder
    }

    @Test func aTokenizerOfAnotherModelIsRefused() throws {
        let folder = try Self.folder()
        let file = try #require(try ByteModel.tokenizer().files["tokenizer.json"])
        try file.write(to: folder.url.appending(path: "tokenizer.json"))
        let source = try LanguageModelDirectory(folder.url.path)
        #expect {
            try source.tokenizer()
        } throws: {
            "\($0)".contains("tokenizer.json': it makes 261 ids, and the model has 56")
        }
    }

    @Test(arguments: ["bos_token_id", "eos_token_id"]) func idsOfTheConfigurationLieInside(key: String) throws
    {
        let file = LanguageFixture.url("tiny-llama").appending(path: "config.json")
        func configuration(_ id: Int) throws -> LanguageModelConfiguration {
            var values = try #require(
                try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
            )
            values[key] = id
            return try LanguageModelConfiguration(
                json: JSONSerialization.data(withJSONObject: values),
                path: "config.json"
            )
        }
        _ = try configuration(55)
        #expect {
            try configuration(56)
        } throws: {
            "\($0)".contains("'\(key)' is 56, expected ids below the vocabulary's 56")
        }
    }

    @Test func idsOfTheGenerationLieInside() throws {
        let folder = try Self.folder()
        try Data(#"{"eos_token_id": [2, 90]}"#.utf8).write(
            to: folder.url.appending(path: "generation_config.json")
        )
        #expect {
            try LanguageModelDirectory(folder.url.path)
        } throws: {
            "\($0)".contains("generation_config.json: 'eos_token_id' is [2,90], expected ids below")
        }
    }

    @Test(arguments: ["bos", "eos", "eot"]) func idsOfAGGUFFileLieInside(name: String) throws {
        let key = "tokenizer.ggml.\(name)_token_id"
        var file = try TinyGGUF()
        file.bytes.add(key, 4)
        let error = #expect(throws: GGUFError.self) { try file.model() }
        #expect(error?.description.contains("\(key) is 4, expected a whole number from 0 to 3") ?? false)
    }
}
