import CLIPData
import CLIPModels
import CLIPText
import Foundation
import Testing
import TorchNN

@testable import CLIPTraining

/// Runs of a model with word pieces, whose vocabulary comes with the weights with which they start.
@Suite struct WordPieceRunTests {
    private let fixture: TrainingFixture

    init() throws {
        fixture = try TrainingFixture()
        let json = """
            {"embed_dim": 16,
             "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 1},
             "text_cfg": {"context_length": 6, "vocab_size": 100, "width": 16, "heads": 2, "layers": 1,
              "hf_tokenizer_name": "bert-base-uncased", "tokenizer_kwargs": {"strip_sep_token": true},
              "no_causal_mask": true, "pool_type": "last"}}
            """
        try fixture.write(json, to: "model.json")
        let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "square"] + TrainingFixture.colours.map(\.name)
        let model = try CLIPModel(
            ModelConfiguration(json: Data(json.utf8)),
            tokenizerFiles: ["vocab.txt": Data(words.joined(separator: "\n").utf8)],
            parameters: ParameterStore(.initialize(seed: 1))
        )
        try model.save(to: fixture.url("start").path)
    }

    private var start: [String] { ["model.initialize=\(fixture.url("start").path)"] }

    @Test func captionsBecomeTheIdsOfTheModelsVocabulary() throws {
        let setup = try RunSetup.prepare(fixture.recipe(start), output: .nullDevice).stages[0]
        guard case .tokens(let tokenize) = setup.texts else {
            Issue.record("no tokens")
            return
        }
        #expect(tokenize("a red square") == [2, 4, 6, 5, 0])
    }

    @Test func aRunGoesOnWithTheVocabularyOfItsCheckpoint() throws {
        try fixture.writeZeroShot("shapes")
        let evaluation = "evaluate=[{kind: zeroshot, data: \(fixture.url("shapes").path), every: 5 steps}]"
        try fixture.train(start + [evaluation, "length=5 steps"], in: "whole")
        let model = fixture.url("whole").appending(path: "checkpoints/step-5/model")
        let names = try FileManager.default.contentsOfDirectory(atPath: model.path).sorted()
        #expect(
            names == [
                "open_clip_config.json", "open_clip_model.safetensors", "tokenizer_config.json", "vocab.txt",
            ]
        )
        // What it started with is gone, and the vocabulary was never fetched.
        try FileManager.default.removeItem(at: fixture.url("start"))
        try fixture.resume(["length=10 steps"], in: "whole")
        let last = fixture.url("whole").appending(path: "checkpoints/step-10/model/vocab.txt")
        #expect(
            FileManager.default.contents(atPath: last.path)
                == FileManager.default.contents(atPath: model.appending(path: "vocab.txt").path)
        )
        #expect(FileManager.default.fileExists(atPath: last.path))
    }

    @Test func normalizersAreMeasuredWithIt() throws {
        try fixture.train(start + ["length=5 steps"])
        let reports = try RunNormalizers(run: fixture.url("run"), anchors: 8, draws: 2).evaluate()
        #expect(reports.map(\.samples) == [40])
    }

    @Test func weightsOfAnotherTokenizerAreRefused() throws {
        try fixture.write(
            """
            {"embed_dim": 16,
             "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 1},
             "text_cfg": {"context_length": 6, "vocab_size": 100, "width": 16, "heads": 2, "layers": 1,
              "no_causal_mask": true, "pool_type": "last"}}
            """,
            to: "plain.json"
        )
        #expect {
            try fixture.train(start + ["model.config=\(fixture.url("plain.json").path)"])
        } throws: {
            "\($0)".contains("the tokenizer is bert-base-uncased (clean: whitespace, without [SEP]) there")
        }
    }
}
