import CLIPModels
import CLIPText
import Foundation
import Testing
import TorchNN

/// The vocabulary that lies beside the weights of a model with word pieces.
@Suite struct CheckpointTokenizerTests {
    private let folder: TemporaryDirectory
    private let vocabulary = Data("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\ncat\n##s\n".utf8)

    init() throws { folder = try TemporaryDirectory() }

    private func configuration() throws -> ModelConfiguration {
        let json = """
            {"embed_dim": 8, "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 8, "head_width": 8, "layers": 1},
             "text_cfg": {"context_length": 8, "vocab_size": 20, "width": 16, "heads": 2, "layers": 1,
              "hf_tokenizer_name": "bert-base-uncased", "tokenizer_kwargs": {"strip_sep_token": true},
              "no_causal_mask": true, "pool_type": "last"}}
            """
        return try ModelConfiguration(json: Data(json.utf8))
    }

    private func save(_ name: String, files: [String: Data]) throws -> CheckpointDirectory {
        let model = try CLIPModel(
            configuration(),
            tokenizerFiles: files,
            parameters: ParameterStore(.initialize(seed: 1))
        )
        try model.save(to: folder.path(name))
        return try CheckpointDirectory(folder.path(name))
    }

    private func content(_ name: String) -> Data? { FileManager.default.contents(atPath: folder.path(name)) }

    @Test func aCheckpointCarriesItsVocabulary() throws {
        let first = try save("first", files: ["vocab.txt": vocabulary])
        #expect(first.configuration == (try configuration()))
        #expect(try first.tokenizer().tokens("A cat's cats", contextLength: 8) == [2, 4, 5, 1, 1, 5, 6, 0])
        // Read, and written again.
        try first.model().save(to: folder.path("second"))
        #expect(content("second/vocab.txt") == vocabulary)
        // All that the tokenizer names, so that open_clip finds it too.
        _ = try save("third", files: first.tokenizer().files)
        #expect(content("third/vocab.txt") == vocabulary)
        let settings = try #require(content("third/tokenizer_config.json"))
        let object = try JSONSerialization.jsonObject(with: settings) as? [String: Any]
        #expect(object?["tokenizer_class"] as? String == "BertTokenizer")
    }

    /// A run's checkpoint vouches for its vocabulary as for its weights.
    @Test func anAlteredVocabularyIsRefused() throws {
        _ = try save("step/model", files: ["vocab.txt": vocabulary])
        let step = folder.url.appending(path: "step")
        try JSONEncoder().encode(CheckpointManifest(of: step)).write(
            to: step.appending(path: "manifest.json")
        )
        try Data("{}".utf8).write(to: step.appending(path: "state.json"))
        #expect(try CheckpointDirectory(folder.path("step")).tokenizer().vocabularySize == 7)
        try (vocabulary + Data("dog\n".utf8)).write(to: step.appending(path: "model/vocab.txt"))
        let checkpoint = try CheckpointDirectory(folder.path("step"))
        #expect(throws: CheckpointError.self) { try checkpoint.tokenizer() }
        #expect(throws: CheckpointError.self) { try checkpoint.model() }
    }

    @Test func aVocabularyThatIsLargerThanTheModelsIsRefused() throws {
        func lines(_ count: Int) -> Data { vocabulary + Data((7..<count).map { "w\($0)\n" }.joined().utf8) }
        #expect(try save("full", files: ["vocab.txt": lines(20)]).tokenizer().vocabularySize == 20)
        let large = try save("large", files: ["vocab.txt": lines(21)])
        let error = #expect(throws: TokenizerError.self) { try large.tokenizer() }
        #expect(
            error?.description.contains("has 21 lines, expected at most 20, the vocab_size of the model")
                == true,
            "\(String(describing: error))"
        )
    }

    /// How CLIPA's checkpoints say that pictures are prepared.
    @Test func picturesAreSquashed() throws {
        let path = try save("model", files: [:]).path
        let file = URL(fileURLWithPath: "\(path)/open_clip_config.json")
        var object = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        )
        object["preprocess_cfg"] = [
            "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "interpolation": "bilinear",
            "resize_mode": "squash",
        ]
        try JSONSerialization.data(withJSONObject: object).write(to: file)
        let preprocessing = try CheckpointDirectory(path).preprocessing
        #expect(preprocessing.resizeMode == .squash && preprocessing.interpolation == .bilinear)
        #expect(
            preprocessing.mean == [0.485, 0.456, 0.406] && preprocessing.deviation == [0.229, 0.224, 0.225]
        )
    }
}
