import CLIPLanguage
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPModels

/// `swift_clip.text` of the kind `adapter`, in JSON, in checkpoints and in counts.
@Suite struct AdapterConfigurationTests {
    private static func reference(_ path: String = "/models/small") -> LanguageReference {
        var encoding = SentenceEncoding()
        (encoding.pooling, encoding.wrapper, encoding.instruction) = (.weightedMean, .chatML, "Find it.")
        return LanguageReference(
            path: path,
            adapter: "/models/tuned",
            fingerprint: "00ff",
            encoding: encoding
        )
    }

    private func configuration(_ text: String) throws -> ModelConfiguration {
        let json = """
            {"model_cfg": {"embed_dim": 6, "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 8,
             "head_width": 4, "layers": 1}}, "swift_clip": {"text": \(text)}}
            """
        return try ModelConfiguration(json: Data(json.utf8))
    }

    @Test func numbersHaveThePapersDefaults() throws {
        let text = try configuration(#"{"kind": "adapter", "width": 5}"#).text
        #expect(text.isEqual(to: AdapterTextConfiguration(width: 5, blocks: 4, expansion: 2)))
        #expect(text.kind == .embeddings(width: 5))
        #expect(text.kind.contextLength == nil)
    }

    @Test func savedAndReadAgain() throws {
        let folder = try TemporaryDirectory()
        var configuration = try configuration(
            #"{"kind": "adapter", "width": 5, "blocks": 2, "expansion": 3}"#
        )
        var text = try #require(configuration.text as? AdapterTextConfiguration)
        text.language = Self.reference()
        configuration.text = text
        let model = try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 1)))
        #expect(ModelSummary(configuration).parameters == model.parameters.parameterCount)
        try model.save(to: folder.path("model"))
        let back = try CLIPModel.load(from: folder.path("model"))
        #expect(back.configuration == configuration)
        #expect((back.configuration.text as? AdapterTextConfiguration)?.language == Self.reference())
        let vectors = try Tensor.ones([2, 5])
        #expect(
            try difference(back.textFeatures(.embeddings(vectors)), model.textFeatures(.embeddings(vectors)))
                == 0
        )
        #expect(configuration.openCLIPObstacles == ["its text side is a language-model adapter"])
    }

    @Test func relativePathsCountFromTheCheckpoint() {
        let inside = Self.reference("language")
        #expect(inside.located(in: "/a/model").path == "/a/model/language")
        #expect(inside.located(in: "/a/model").adapter == "/models/tuned")
    }

    @Test(arguments: [
        (#"{"kind": "adaptor", "width": 5}"#, "swift_clip.text.kind"),
        (#"{"kind": "adapter"}"#, "swift_clip.text.width"),
        (#"{"kind": "adapter", "width": 5, "blocks": 0}"#, "swift_clip.text.blocks"),
        (#"{"kind": "adapter", "width": 5, "expansion": 65}"#, "swift_clip.text.expansion"),
        (#"{"kind": "adapter", "width": 5, "layers": 4}"#, "swift_clip.text.layers"),
        (#"{"kind": "adapter", "width": 5, "language": {}}"#, "swift_clip.text.language.path"),
        (
            #"{"kind": "adapter", "width": 5, "language": {"path": "a", "fingerprint": "b"}}"#,
            "swift_clip.text.language.encoding"
        ),
        (
            #"{"kind": "adapter", "width": 5, "language": {"path": "a", "fingerprint": "b", "encoding": {"pooling": 1}}}"#,
            "swift_clip.text.language.encoding"
        ),
    ])
    func configurationsThatCannotBe(_ text: String, key: String) {
        let error = #expect(throws: ModelConfigurationError.self) { try configuration(text) }
        #expect(error.map { "\($0)".contains("'\(key)'") } == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func numbersFromAProgramAreCheckedToo() {
        #expect(throws: ModelConfigurationError.self) {
            let text = AdapterTextConfiguration(width: 5, blocks: -1)
            return try text.tower(ParameterStore(.unset).root, embeddingWidth: 4, activation: .gelu)
        }
    }

    /// Another language model's vectors fit the shapes.
    @Test func differencesAreThoseOfShapes() throws {
        let text = AdapterTextConfiguration(width: 5, language: Self.reference())
        #expect(text.differences(from: AdapterTextConfiguration(width: 5)).isEmpty)
        #expect(
            text.differences(from: AdapterTextConfiguration(width: 6, blocks: 2)) == [
                "swift_clip.text.width is 6 there and 5 in model.config",
                "swift_clip.text.blocks is 2 there and 4 in model.config",
            ]
        )
        let projection = EmbeddingProjectionConfiguration(width: 5)
        #expect(text.differences(from: projection).count == 1)
        #expect(projection.differences(from: text).count == 1)
    }

    /// Twice the multiply-adds of the blocks, and the projection, are what the summary counts.
    @Test func aTextIsOneRowWithoutAttention() throws {
        let text = AdapterTextConfiguration(width: 576)
        let work = try #require(text.workload(of: TokenLengths(77)))
        #expect(work.multiplyAdds == Double(4 * 4 * 576 * 576))
        #expect(work.attentionProducts == 0)
        let flops = text.summary(embeddingWidth: 1280).gigaflops * 1e9
        #expect(abs(flops / (2 * (work.multiplyAdds + 576 * 1280)) - 1) < 1e-12)
        // A sum and its statistics, a normalised row, the hidden layer before and after its activation; then the last sum
        // and its statistics, the feature's rows, and the statistics of the first row's.
        let memory = TowerMemory(work, TowerTraining(layers: 4), count: 3, computeBytes: 4)
        let block = 4 * 576 + 4 * (576 + 2 * 1152) + 8
        let expected = 3 * (4 * block + 4 * 576 + 8 + 20 * 576 + 16)
        #expect(memory.activations == Double(expected))
    }
}
