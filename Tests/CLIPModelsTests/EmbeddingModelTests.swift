import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

/// Models whose text side takes embeddings of captions.
@Suite struct EmbeddingModelTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func configuration(_ own: String, width: Int = 8) throws -> ModelConfiguration {
        let json = """
            {"model_cfg": {"embed_dim": \(width), "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 8,
             "head_width": 4, "layers": 1}}, "swift_clip": \(own)}
            """
        return try ModelConfiguration(json: Data(json.utf8))
    }

    private func model(_ own: String, width: Int = 8) throws -> CLIPModel {
        try CLIPModel(configuration(own, width: width), parameters: ParameterStore(.initialize(seed: 1)))
    }

    private func rows(_ count: Int, _ width: Int) throws -> Tensor {
        let rows = try Tensor.empty([count, width])
        try RandomGenerator(seed: 4).fillNormal(rows, deviation: 2)
        return rows
    }

    @Test func aLinearMap() throws {
        let model = try model(#"{"text": {"kind": "embeddings", "width": 5, "bias": true}}"#)
        #expect(model.textKind == .embeddings(width: 5))
        let weight = try #require(model.parameters["text_projection.weight"])
        let bias = try #require(model.parameters["text_projection.bias"])
        try withoutGradient { try bias.fill(0.5) }
        let rows = try rows(3, 5)
        let expected = try (rows.matmul(weight.transposed()) + bias).normalized()
        let features = try model.textFeatures(.embeddings(rows))
        #expect(try difference(features, expected) < 1e-6)
        #expect(features.requiresGradient)
        let summary = ModelSummary(model.configuration)
        #expect(summary.text.parameters == 48)
        #expect(summary.parameters == model.parameters.parameterCount)
    }

    @Test func nothingAtAll() throws {
        let model = try model(
            #"{"text": {"kind": "embeddings", "width": 8, "projection": "none"}}"#
        )
        let rows = try rows(3, 8)
        let features = try model.textFeatures(.embeddings(rows))
        #expect(try difference(features, rows.normalized()) == 0)
        #expect(!features.requiresGradient)
        #expect(model.recordedSides == .image)
        #expect(model.parameters["text_projection.weight"] == nil)
    }

    @Test func savedAndReadAgain() throws {
        let model = try model(
            #"{"text": {"kind": "embeddings", "width": 5}, "objective_parameters": {"floor": -2.5}}"#
        )
        #expect(try model.objectiveParameters["floor"]?.item() == -2.5)
        #expect(model.objectiveParameters.keys.sorted() == ["floor", "logit_scale"])
        try withoutGradient { try model.objectiveParameters["floor"]?.fill(3) }
        try model.save(to: folder.path("model"))
        let back = try CLIPModel.load(from: folder.path("model"))
        #expect(back.configuration == model.configuration)
        #expect(try back.objectiveParameters["floor"]?.item() == 3)
        let rows = try rows(2, 5)
        #expect(
            try difference(back.textFeatures(.embeddings(rows)), model.textFeatures(.embeddings(rows))) == 0
        )
        #expect(back.configuration.openCLIPObstacles.count == 2)
        let resized = try CheckpointDirectory(folder.path("model")).model(imageSize: 16)
        #expect(resized.imageSize == 16)
        #expect(throws: ModelConfigurationError.self) {
            try CheckpointDirectory(folder.path("model")).model(contextLength: 16)
        }
    }

    @Test func textsInTheWrongFormAreRefused() throws {
        let model = try model(#"{"text": {"kind": "embeddings", "width": 5}}"#)
        #expect(throws: TextInputError.tokensForEmbeddings(count: 2, width: 5)) {
            try model.textFeatures(TokenSequences([[1], [2]]))
        }
        #expect(throws: TextInputError.embeddingShape(found: [2, 4], width: 5)) {
            try model.textFeatures(.embeddings(rows(2, 4)))
        }
        let tokens = try Golden("tiny-gelu").model()
        #expect(throws: TextInputError.embeddingsForTokens(shape: [2, 4], contextLength: 16)) {
            try tokens.textFeatures(.embeddings(rows(2, 4)))
        }
    }

    @Test(arguments: [
        (#"{"text": {"kind": "bert", "width": 5}}"#, "swift_clip.text.kind"),
        (#"{"text": {"width": 5}}"#, "swift_clip.text.kind"),
        (#"{"text": {"kind": "embeddings"}}"#, "swift_clip.text.width"),
        (#"{"text": {"kind": "embeddings", "width": 5, "layers": 2}}"#, "swift_clip.text.layers"),
        (#"{"text": {"kind": "embeddings", "width": 5, "projection": "none"}}"#, "swift_clip.text.width"),
        (#"{"text": {"kind": "embeddings", "width": 5, "projection": "mlp"}}"#, "swift_clip.text.projection"),
        (#"{"objective_parameters": {"logit_bias": 1}}"#, "text_cfg"),
        (
            #"{"text": {"kind": "embeddings", "width": 5}, "objective_parameters": {"logit_bias": 1}}"#,
            "swift_clip.objective_parameters"
        ),
        (
            #"{"text": {"kind": "embeddings", "width": 5}, "objective_parameters": {"a": "b"}}"#,
            "swift_clip.objective_parameters.a"
        ),
        (#"{"text": {"kind": "embeddings", "width": 5}, "extra": 1}"#, "swift_clip.extra"),
    ])
    func configurationsThatCannotBe(_ own: String, key: String) {
        let error = #expect(throws: ModelConfigurationError.self) { try configuration(own) }
        #expect(error.map { "\($0)".contains("'\(key)'") } == true, "\(error.map { "\($0)" } ?? "")")
    }
}
