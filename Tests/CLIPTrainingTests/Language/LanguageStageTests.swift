import CLIPLanguage
import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPData
@testable import CLIPTraining

/// What a stage that trains a language model refuses, and what it opens.
@Suite struct LanguageStageTests {
    /// Writes an adapter whose change is multiplied by 8 / √4 = 4.
    private func stabilized(_ fixture: LanguageFixture) throws -> String {
        let source = try LanguageModels.open(fixture.url("lm").path)
        var options = LowRankAdapter.Options()
        (options.rank, options.alpha, options.usesRankStabilization) = (4, 8, true)
        let path = fixture.url("adapter").path
        try LowRankAdapter(
            ParameterStore(.initialize(seed: 1)).root,
            for: source.configuration,
            options: options
        ).write(to: path)
        return path
    }

    @Test func anAdapterOfAnotherScaleIsNotStartedFrom() throws {
        let fixture = try LanguageFixture()
        let path = try stabilized(fixture)
        let error = #expect(throws: RecipeError.self) {
            try fixture.trainer(["model.initialize='\(path)'"])
        }
        let text = error?.description ?? ""
        #expect(text.contains("multiplies its change by 4.0 and this recipe by 2.0"), "\(text)")
        #expect(text.contains("set `model.adapter.alpha: 16.0`"), "\(text)")
    }

    /// The same scale from other numbers is no hindrance.
    @Test func anAdapterOfTheSameScaleIsStartedFrom() throws {
        let fixture = try LanguageFixture()
        let path = try stabilized(fixture)
        let trainer = try fixture.trainer(["model.initialize='\(path)'", "model.adapter.alpha=16"])
        defer { trainer.loader.shutdown() }
        let source = try LanguageModels.open(fixture.url("lm").path)
        let adapter = try LowRankAdapter(directory: path, for: source.configuration)
        let found = trainer.model.parameters.entries
        #expect(found.count == 28)
        for entry in found {
            let expected: [Float]? = try adapter.tensors[entry.name]?.scalars()
            #expect(try entry.tensor.detached().scalars() == expected, "\(entry.name)")
        }
    }

    @Test func anInstructionOfASourceLeavesRoomForTexts() throws {
        let fixture = try LanguageFixture()
        let train = fixture.url("train-{0..1}.tar").path
        let instruction = String(repeating: "x", count: 30)
        let error = #expect(throws: LanguageModelError.self) {
            try fixture.trainer([
                "data.train={source: '\(train)', instruction: \(instruction)}",
                "model.encoding.maximumTokens=20",
            ])
        }
        #expect(error == .frame(path: fixture.url("lm").path, tokens: 31, limit: 20))
    }

    /// Blocks of a quantised file are decoded to the type that is computed in: a second copy would be half as large again.
    @Test func blocksAreDecodedToTheTypeThatIsComputedIn() throws {
        let path = Repository.root.appending(path: "Tests/CLIPLanguageTests/Fixtures/GGUF/llama-q8_0.gguf")
            .path
        let name = "model.layers.0.mlp.up_proj.weight"
        let wide = try SentenceEncoder.open(language: path, adapter: nil)
        #expect(wide.model.weights[name]?.dtype == .float32 && wide.model.computeType == .float32)
        let narrow = try SentenceEncoder.open(language: path, adapter: nil, computingIn: .bfloat16)
        #expect(narrow.model.weights[name]?.dtype == .bfloat16 && narrow.model.computeType == .bfloat16)
        #expect(narrow.model.weights["model.norm.weight"]?.dtype == .float32)
        #expect(try narrow.fingerprint() == wide.fingerprint())
    }
}
