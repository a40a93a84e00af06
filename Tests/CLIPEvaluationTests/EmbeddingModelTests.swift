import CLIPData
import CLIPModels
import CLIPText
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPEvaluation

/// Evaluations of a model that takes embeddings of captions.
@Suite struct EmbeddingModelTests {
    private func extractor() throws -> FeatureExtractor {
        let configuration = try ModelConfiguration(
            embeddingWidth: 16,
            vision: tinyModel().configuration.vision,
            text: EmbeddingProjectionConfiguration(width: 4)
        )
        return try FeatureExtractor(
            CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 1))),
            tokenizer: CLIPTokenizer.bundled(),
            options: EvaluationOptions(imageBatch: 4)
        )
    }

    @Test func textIsRefusedAndImagesAreNot() throws {
        let extractor = try extractor()
        let error = EvaluationError.takesEmbeddings(width: 4)
        #expect(throws: error) { try extractor.textFeatures(of: ["a", "b"]) }
        #expect(throws: error) {
            try ZeroShotClassification(extractor).classifier(classNames: ["a"], templates: ["a {c}"])
        }
        #expect(error.description.contains("caption embeddings of width 4, not text"))
        let folder = try TestFolder()
        let path = try folder.write(picture(1), "p.png")
        #expect(try extractor.imageFeatures(ofFiles: [path]).shape == [1, 16])
        let rows = TextInput.embeddings(try Tensor.ones([3, 4]))
        #expect(try extractor.textFeatures(of: rows).shape == [3, 16])
    }

    @Test func dataOfPairsWithTheirEmbeddings() throws {
        let folder = try TestFolder()
        let shard = try folder.shard(
            "0.tar",
            (0..<5).map { [("png", try picture($0)), ("txt", Array("text \($0)".utf8))] }
        )
        let data = try ShardDataset.open([shard])
        let extractor = try extractor()
        let error = EvaluationError.takesEmbeddings(width: 4)
        #expect(throws: error) { try extractor.pairFeatures(of: data, captions: ["txt"]) }
        #expect(throws: error) {
            try Retrieval(extractor).evaluate(RetrievalDataset.open([shard], captions: ["txt"]))
        }
        let embeddings = try MemoryCaptionEmbeddings(
            width: 4,
            rows: (0..<5).map {
                .init(ordinal: $0, key: CaptionKey.of("text \($0)"), values: [1, 2, 3, Float($0)])
            }
        )
        let found = try extractor.pairFeatures(of: data, captions: ["txt"], embeddings: embeddings)
        #expect(found.texts.shape == [5, 16])
        let rows = try Tensor((0..<5).flatMap { [1, 2, 3, Float($0)] }).reshaped([5, 4])
        let expected = try extractor.textFeatures(of: .embeddings(rows))
        #expect(try (found.texts - expected).abs().maximum().item() < 1e-6)
    }
}
