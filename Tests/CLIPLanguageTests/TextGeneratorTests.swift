import CLIPLanguage
import Testing
import Torch

@Suite struct TextGeneratorTests {
    private func prompts(_ tiny: TinyModel) throws -> [TextGenerator.Prompt] {
        try tiny.texts().enumerated().map { TextGenerator.Prompt(ids: $1, number: UInt64($0)) }
    }

    /// transformers gives the end token as well; the second and the fourth text of tiny-llama end early.
    @Test(arguments: ["tiny-llama", "tiny-qwen2"]) func greedyEqualsTransformers(name: String) throws {
        let tiny = try TinyModel(name)
        let model = try tiny.model()
        let ends = Set(model.configuration.endTokens)
        let expected = try tiny.texts("new_ids", "new_lengths").map {
            Array($0.prefix { !ends.contains($0) })
        }
        #expect(name == "tiny-qwen2" || expected.map(\.count) == [12, 9, 12, 3])
        let found = try TextGenerator(model: model).continuations(of: prompts(tiny), maximumNewTokens: 12)
        #expect(found == expected)
    }

    /// The plain way: the whole text again for each token.
    private func recomputed(
        _ prompt: TextGenerator.Prompt,
        _ model: LanguageModel,
        _ count: Int
    ) throws -> [Int32] {
        let stored = try LanguageModelDirectory(model.path).tensor("lm_head.weight")
        let head = try #require(stored)
        var new: [Int32] = []
        while new.count < count {
            let states = try model.states(of: [prompt.ids + new], isCausal: true)
            let logits = try states.select(-1).reshaped([1, -1]).linear(head, nil)
            let token = try Int32(logits.argmax(dim: 1).item())
            if model.configuration.endTokens.contains(token) { break }
            new.append(token)
        }
        return new
    }

    @Test func theCacheChangesNothing() throws {
        let tiny = try TinyModel("tiny-llama")
        let model = try tiny.model()
        let found = try TextGenerator(model: model).continuations(of: prompts(tiny), maximumNewTokens: 30)
        for (prompt, tokens) in try zip(prompts(tiny), found) {
            #expect(try recomputed(prompt, model, 30) == tokens)
        }
    }

    @Test(arguments: [DType.float32, .bfloat16]) func drawsDoNotDependOnTheOtherTexts(dtype: DType) throws {
        let tiny = try TinyModel("tiny-llama")
        let model = try tiny.model()
        model.computeType = dtype
        let generator = try TextGenerator(model: model)
        let sampling = TokenSampling(temperature: 1.5, topP: 0.9, seed: 4)
        let prompts = try prompts(tiny)
        let together = try generator.continuations(of: prompts, maximumNewTokens: 20, sampling: sampling)
        let alone = try prompts.map {
            try generator.continuations(of: [$0], maximumNewTokens: 20, sampling: sampling)[0]
        }
        #expect(together == alone)
        let reversed = try generator.continuations(
            of: prompts.reversed(),
            maximumNewTokens: 20,
            sampling: sampling
        )
        #expect(reversed.reversed() == together)
        let other = TokenSampling(temperature: 1.5, topP: 0.9, seed: 5)
        #expect(try generator.continuations(of: prompts, maximumNewTokens: 20, sampling: other) != together)
        // The same prompt under another number is continued in another way.
        let twice = [0, 1].map { TextGenerator.Prompt(ids: prompts[2].ids, number: $0) }
        let pair = try generator.continuations(of: twice, maximumNewTokens: 20, sampling: sampling)
        #expect(pair[0] != pair[1])
    }

    @Test func aSmallShareIsTheLikeliestToken() throws {
        let tiny = try TinyModel("tiny-qwen2")
        let generator = try TextGenerator(model: tiny.model())
        let greedy = try generator.continuations(of: prompts(tiny), maximumNewTokens: 12)
        let narrow = TokenSampling(temperature: 1, topP: 1e-6, seed: 1)
        #expect(
            try generator.continuations(of: prompts(tiny), maximumNewTokens: 12, sampling: narrow) == greedy
        )
        let cold = TokenSampling(temperature: 1e-4, seed: 1)
        #expect(
            try generator.continuations(of: prompts(tiny), maximumNewTokens: 12, sampling: cold) == greedy
        )
    }

    @Test func textsEndWhereTheModelHasNoMorePositions() throws {
        let tiny = try TinyModel("tiny-llama")
        let generator = try TextGenerator(model: tiny.model())
        let prompts = [60, 64, 3].map {
            TextGenerator.Prompt(ids: [Int32](repeating: 7, count: $0), number: UInt64($0))
        }
        let found = try generator.continuations(of: prompts, maximumNewTokens: 9, ends: [])
        #expect(found.map(\.count) == [4, 0, 9])
        // As many as there are numbers is as many as there are positions.
        #expect(
            try generator.continuations(of: Array(prompts.prefix(2)), maximumNewTokens: .max, ends: [])
                .map(\.count) == [4, 0]
        )
        #expect {
            try generator.continuations(
                of: [.init(ids: [Int32](repeating: 7, count: 65), number: 0)],
                maximumNewTokens: 1
            )
        } throws: { "\($0)".contains("65 tokens") }
        #expect {
            try generator.continuations(of: [.init(ids: [], number: 0)], maximumNewTokens: 1)
        } throws: { "\($0)".contains("at least one id") }
    }

    @Test func workCanBeEnded() throws {
        struct Stop: Error {}
        let tiny = try TinyModel("tiny-qwen2")
        let generator = try TextGenerator(model: tiny.model())
        var calls = 0
        #expect(throws: Stop.self) {
            try generator.continuations(of: prompts(tiny), maximumNewTokens: 12) {
                calls += 1
                if calls == 3 { throw Stop() }
            }
        }
        #expect(calls == 3)
    }

    @Test func anEncoderWithoutAHeadIsRefused() throws {
        let source = try TensorSource(LanguageModelDirectory(TinyModel("tiny-llama").directory)) { _ in }
        source.tensors["lm_head.weight"] = nil
        let model = try LanguageModel(source)
        #expect { try TextGenerator(model: model) } throws: { "\($0)".contains("'lm_head.weight'") }
    }

    /// An encoder never reads the output head, which may be as large as several blocks.
    @Test func theHeadIsReadByGeneratorsOnly() throws {
        let source = try TensorSource(LanguageModelDirectory(TinyModel("tiny-llama").directory)) { _ in }
        let taken = source.tensors.removeValue(forKey: "lm_head.weight")
        let head = try #require(taken)
        let model = try LanguageModel(source)
        source.tensors["lm_head.weight"] = head
        #expect(model.weights["lm_head.weight"] == nil)
        let prompts = [TextGenerator.Prompt(ids: [5, 6], number: 0)]
        #expect(
            try TextGenerator(model: model).continuations(of: prompts, maximumNewTokens: 4, ends: [])[0].count
                == 4
        )
        source.tensors["lm_head.weight"] = try .zeros([3, 4])
        #expect {
            try TextGenerator(model: model)
        } throws: {
            "\($0)".contains("'lm_head.weight' has shape [3, 4]")
        }
    }
}
