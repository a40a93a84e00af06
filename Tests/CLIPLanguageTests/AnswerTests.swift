import CLIPLanguage
import CLIPText
import Testing

@Suite struct AnswerTests {
    /// The user's turn is closed and the answer opened, as chat models are trained.
    @Test func answersContinueAnOpenedTurn() throws {
        let model = try LanguageModel(ByteModel.source())
        let generator = try TextGenerator(model: model),
            tokenizer = try ByteModel.tokenizer(startsTexts: true)
        let sampling = TokenSampling(temperature: 1, seed: 3)
        let found = try generator.answers(
            to: ["a cat", "hi \n"],
            wrapper: .chatML,
            tokenizer: tokenizer,
            maximumNewTokens: 8,
            sampling: sampling,
            firstNumber: 10
        )
        let prompts = [ByteModel.bytes("a cat"), [ByteModel.hi]].enumerated().map { number, ids in
            TextGenerator.Prompt(
                ids: [ByteModel.start, ByteModel.opening] + ByteModel.bytes("user\n") + ids
                    + [ByteModel.closing, 10, ByteModel.opening] + ByteModel.bytes("assistant\n"),
                number: UInt64(10 + number)
            )
        }
        let expected = try generator.continuations(of: prompts, maximumNewTokens: 8, sampling: sampling)
        #expect(found == expected.map { tokenizer.decode($0) })
        #expect(found[0] != found[1])
    }

    @Test(arguments: [
        (SentenceEncoding.Wrapper.plain, "hi"), (.mistral, "[INST] hi [/INST]"),
        (
            .llama3,
            "<|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
        ),
    ])
    func otherWrappers(wrapper: SentenceEncoding.Wrapper, prompt: String) throws {
        let model = try LanguageModel(ByteModel.source())
        let generator = try TextGenerator(model: model), tokenizer = try ByteModel.tokenizer()
        let found = try generator.answers(
            to: ["hi"],
            wrapper: wrapper,
            tokenizer: tokenizer,
            maximumNewTokens: 6
        )
        let expected = try generator.continuations(
            of: [.init(ids: tokenizer.encode(prompt), number: 0)],
            maximumNewTokens: 6
        )
        #expect(found == expected.map { tokenizer.decode($0) })
    }
}
