import CLIPModels
import CLIPText
import Foundation
import Testing
import Torch
import TorchNN

/// Models like CLIPA's: word pieces, no causal mask, the last position read, no normalisation before the image tower.
@Suite struct CLIPATests {
    @Test(arguments: ["clipa", "clipa-variant"]) func featuresAndGradientsEqualOpenClips(_ name: String)
        throws
    {
        let golden = try FormulaModel(name)
        let model = try golden.model()
        #expect(try difference(model.imageFeatures(golden.images()), golden.imageFeatures()) < 1e-5)
        #expect(try difference(model.textFeatures(golden.texts), golden.textFeatures()) < 1e-5)
        let loss = try model.contrastiveLoss(golden.images(), golden.texts)
        #expect(abs(try loss.item() - golden.loss) < 1e-5)
        try backward([(loss, Tensor.ones([]))])
        #expect(try golden.gradientDifference(of: model) < 1e-4)
    }

    /// open_clip's count of each configuration's parameters.
    @Test(arguments: [
        ("ViT-L-14-CLIPA", 414_210_561), ("ViT-L-14-CLIPA-336", 414_538_241), ("ViT-H-14-CLIPA", 968_235_009),
        ("ViT-H-14-CLIPA-336", 968_644_609), ("ViT-bigG-14-CLIPA", 2_517_223_937),
        ("ViT-bigG-14-CLIPA-336", 2_517_756_417),
    ])
    func publishedConfigurations(_ name: String, parameters: Int) throws {
        let configuration = try ModelCatalog.configuration(name)
        #expect(ModelSummary(configuration).parameters == parameters)
        #expect(configuration.text.tokenizer == .bertUncased(cleaning: .whitespace, stripsSeparator: true))
        #expect(configuration.openCLIPObstacles.isEmpty)
        let text = try #require(configuration.json["text_cfg"] as? [String: Any])
        #expect(text["hf_tokenizer_name"] as? String == "bert-base-uncased")
        #expect(text["tokenizer_kwargs"] as? [String: Bool] == ["strip_sep_token": true])
        // Another length keeps the tokenizer.
        #expect(try configuration.text.resized(contextLength: 8).tokenizer == configuration.text.tokenizer)
    }

    private func model(_ text: String) throws -> CLIPModel {
        let json = """
            {"embed_dim": 8, "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 8, "head_width": 8, "layers": 1},
             "text_cfg": {"context_length": 8, "vocab_size": 200, "width": 16, "heads": 2, "layers": 2, \(text)}}
            """
        let configuration = try ModelConfiguration(json: Data(json.utf8))
        return try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 3)))
    }

    private static let clipa = #""no_causal_mask": true, "pool_type": "last""#

    private func table(_ model: CLIPModel) throws -> Tensor {
        try #require(model.parameters["positional_embedding"])
    }

    /// Moves the embedding of a position; by other numbers in each channel, as normalisation takes out what all have.
    private func change(_ position: Int, of model: CLIPModel) throws {
        try withoutGradient {
            let row = try table(model).slice(position..<position + 1)
            try row.copy(from: row + Tensor((0..<16).map { Float($0 % 5) }).reshaped([1, 16]))
        }
    }

    /// Padding takes part in attention, and its last row is read.
    @Test func paddingMatters() throws {
        let model = try model(Self.clipa)
        let text = TokenSequences([[101, 5, 6]])
        let before = try withoutGradient { try model.textFeatures(text) }
        for place in [4, 7] {
            let changed = try self.model(Self.clipa)
            try change(place, of: changed)
            #expect(try difference(changed.textFeatures(text), before) > 1e-3)
        }
        // A causal tower that reads the end of the text sees neither.
        let causal = try self.model(#""pool_type": "argmax""#)
        let seen = try withoutGradient { try causal.textFeatures(text) }
        try change(4, of: causal)
        #expect(try difference(causal.textFeatures(text), seen) == 0)
    }

    /// The features of a full text, and of one whose rows before the last stand in another order.
    private func orderMatters(_ settings: String) throws -> Double {
        let order = [3, 0, 6, 5, 1, 4, 2, 7]
        let ids: [Int32] = [101, 5, 6, 7, 8, 9, 10, 11]
        let (model, other) = (try model(settings), try model(settings))
        return try withoutGradient {
            try table(other).copy(from: table(model).indexSelect(Tensor(order.map(Int64.init))))
            return try difference(
                model.textFeatures(TokenSequences([ids])),
                other.textFeatures(TokenSequences([order.map { ids[$0] }]))
            )
        }
    }

    @Test func rowsBeforeTheLastHaveNoOrder() throws {
        #expect(try orderMatters(Self.clipa) < 1e-5)
        #expect(try orderMatters(#""pool_type": "last""#) > 1e-3)
        #expect(try orderMatters(#""no_causal_mask": true, "pool_type": "first""#) > 1e-3)
    }

    @Test func otherTokenizersAreRefusedByTheirKeys() throws {
        func found(_ text: String) throws -> ModelConfigurationError? {
            do { _ = try model(text) } catch let error as ModelConfigurationError { return error }
            return nil
        }
        #expect(
            try found(#""hf_tokenizer_name": "roberta-base""#)
                == .unsupported(key: "text_cfg.hf_tokenizer_name", value: "roberta-base")
        )
        #expect(
            try found(#""hf_tokenizer_name": "bert-base-uncased", "tokenizer_kwargs": {"language": "de"}"#)
                == .unsupported(key: "text_cfg.tokenizer_kwargs.language", value: "de")
        )
        #expect(
            try found(#""tokenizer_kwargs": {"strip_sep_token": true}"#)
                == .unsupported(key: "text_cfg.tokenizer_kwargs.strip_sep_token", value: "true")
        )
        #expect(
            try model(#""tokenizer_kwargs": {"clean": "canonicalize"}"#).configuration.text.tokenizer
                == .bytePairs(cleaning: .canonicalize)
        )
    }

    /// Weights of one tokenizer are not taken for those of another.
    @Test func anotherTokenizerIsADifference() throws {
        let bert = try model(#""hf_tokenizer_name": "bert-base-uncased""#).configuration
        #expect(
            try model(#""mlp_ratio": 4"#).configuration.towerDifferences(from: bert) == [
                "the tokenizer is bert-base-uncased (clean: whitespace, with [SEP]) there and CLIP's byte pairs (clean: lower) "
                    + "in model.config"
            ]
        )
    }
}
