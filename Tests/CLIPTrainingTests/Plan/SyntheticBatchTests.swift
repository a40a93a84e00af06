import CLIPModels
import Foundation
import Testing
import Torch

@testable import CLIPTraining

/// Batches for steps that are measured or tried out.
@Suite struct SyntheticBatchTests {
    private func input(_ lines: String..., tokens: Int = 5, vocabulary: Int? = nil) throws -> ModelInput {
        let fixture = try TrainingFixture()
        if let vocabulary {
            try fixture.write(
                """
                {"embed_dim": 16,
                 "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 1},
                 "text_cfg": {"context_length": 12, "vocab_size": \(vocabulary), "width": 16, "heads": 2, "layers": 1}}
                """,
                to: "model.json"
            )
        }
        let recipe = try fixture.recipe(lines)
        let configuration = try recipe.model.applied(
            to: ModelCatalog.configuration(fixture.url("model.json").path)
        )
        return try SyntheticBatch(recipe, configuration, on: .cpu).input(3, tokens: tokens)
    }

    @Test(arguments: [
        ("tokens.image.mask=grid", 4), ("tokens.image={mask: random, drop: 0.3}", 11),
        ("tokens.image={mask: block, drop: 0.5}", 9),
    ])
    func aMaskKeepsItsPatches(_ mask: String, kept: Int) throws {
        let input = try input("model.imageSize=32", mask)
        let patches = try #require(input.keptPatches)
        #expect(patches.shape == [3, kept])
        let numbers = try patches.scalars(as: Int64.self)
        #expect(numbers.allSatisfy { (0..<16).contains($0) })
        #expect((0..<3).allSatisfy { Set(numbers[$0 * kept..<($0 + 1) * kept]).count == kept })
    }

    @Test func withoutAMaskAllPatchesAreComputed() throws {
        #expect(try input("model.imageSize=32").keptPatches == nil)
    }

    /// The end of a text has the highest id, whatever the vocabulary.
    @Test(arguments: [(nil, 5), (4, 12), (8, 5), (2, 3)] as [(Int?, Int)])
    func textsHaveIdsOfTheVocabulary(_ vocabulary: Int?, tokens: Int) throws {
        guard case .tokens(let texts) = try input(tokens: tokens, vocabulary: vocabulary).texts else {
            Issue.record("no tokens")
            return
        }
        #expect(texts.count == 3)
        for text in (0..<3).map({ texts[$0] }) {
            #expect(text.count == tokens)
            #expect(text.allSatisfy { (1..<Int32(vocabulary ?? 49408)).contains($0) })
            #expect(text.last == text.max())
        }
    }
}
