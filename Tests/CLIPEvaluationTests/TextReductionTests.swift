import CLIPData
import CLIPEvaluation
import CLIPModels
import CLIPText
import Testing
import Torch

@Suite struct TextReductionTests {
    private static let texts = (0..<7).map {
        "one red square number \($0) that is on the left of the two blue ones"
    }

    private func extractor(_ reducer: TextReducer?, batch: Int = 5) throws -> FeatureExtractor {
        var options = EvaluationOptions(imageBatch: 4, textBatch: batch)
        options.textReduction = reducer
        return try FeatureExtractor(tinyModel(), tokenizer: .bundled(), options: options)
    }

    private func reducer(_ reduction: TextReduction) throws -> TextReducer {
        try TextReducer(CLIPTokenizer.bundled(), reduction: reduction, budget: 6)
    }

    @Test func textsAreReducedAsTheOptionsSay() throws {
        let plain = try extractor(nil).textFeatures(of: Self.texts)
        for reduction in [TextReduction.truncate, .block, .random] {
            let reducer = try reducer(reduction)
            let found = try extractor(reducer).textFeatures(of: Self.texts)
            let expected = try extractor(nil).textFeatures(
                of: TokenSequences(
                    Self.texts.map { text in
                        var random = CounterRandom(seed: 0, ordinal: CaptionKey.of(text), purpose: .textMask)
                        return reducer.tokens(text, using: &random)
                    }
                )
            )
            #expect(try difference(found, expected) < 1e-6)
            #expect(try difference(found, plain) > 1e-3)
        }
    }

    private func difference(_ one: Tensor, _ other: Tensor) throws -> Float {
        try zip(rows(one).joined(), rows(other).joined()).map { abs($0 - $1) }.max() ?? .nan
    }

    @Test func drawsBelongToTheTextAlone() throws {
        let extractor = try extractor(reducer(.random), batch: 3)
        let forwards = try rows(extractor.textFeatures(of: Self.texts))
        let backwards = try rows(extractor.textFeatures(of: Self.texts.reversed()))
        #expect(zip(forwards.joined(), backwards.reversed().joined()).allSatisfy { abs($0 - $1) < 1e-6 })
    }
}
