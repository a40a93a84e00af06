import CLIPLanguage
import CLIPText
import Foundation
import Testing

@Suite struct GGUFTokenizerTests {
    /// 256 letters for bytes, then `Ġc`, `at`, `Ġcat`, `og`, a control token and a text token.
    @Test func textsBecomeIdsOfTheMetadata() throws {
        let tokenizer = try GGUFModel(path: LanguageFixture.path("GGUF/llama-f32.gguf")).tokenizer()
        #expect(tokenizer.vocabularySize == 262)
        #expect(tokenizer.encode("a cat") == [64, 258])
        #expect(tokenizer.encode("dog<|end|>a<extra>") == [67, 259, 260, 64, 261])
        #expect(tokenizer.decode([64, 258, 260]) == "a cat")
    }

    /// Only the Llama asks for a start token.
    @Test func framesAreThoseThatTheFileAsksFor() throws {
        let llama = try GGUFModel(path: LanguageFixture.path("GGUF/llama-f32.gguf")).tokenizer()
        #expect(llama.frame.start == [260])
        #expect(llama.frame.end.isEmpty)
        let qwen = try GGUFModel(path: LanguageFixture.path("GGUF/qwen2-f16.gguf")).tokenizer()
        #expect(qwen.frame.start.isEmpty)
    }

    /// Files of Llama 3 do not always say it, and each of its texts begins with one.
    @Test(arguments: [("llama-bpe", [Int32(3)]), ("qwen2", [])]) func someWaysToCutBringAStart(
        preset: String,
        start: [Int32]
    )
        throws
    {
        var file = try TinyGGUF()
        file.bytes.add("tokenizer.ggml.model", "gpt2")
        file.bytes.add("tokenizer.ggml.pre", preset)
        file.bytes.add("tokenizer.ggml.tokens", ["a", "b", "ab", "<s>"])
        file.bytes.add("tokenizer.ggml.merges", ["a b"])
        file.bytes.add("tokenizer.ggml.bos_token_id", 3)
        let tokenizer = try file.model().tokenizer()
        #expect(tokenizer.frame.start == start)
        #expect(tokenizer.encode("ab") == [2])
    }

    @Test func unknownWaysToCutNameTheFile() throws {
        var file = try TinyGGUF()
        file.bytes.add("tokenizer.ggml.model", "gpt2")
        file.bytes.add("tokenizer.ggml.pre", "martian")
        file.bytes.add("tokenizer.ggml.tokens", ["a", "b", "c", "d"])
        file.bytes.add("tokenizer.ggml.merges", [String]())
        let model = try file.model()
        let error = #expect(throws: GGUFError.self) { try model.tokenizer() }
        #expect(error?.description.hasPrefix("\(model.path): tokenizer.ggml.pre is 'martian'") ?? false)
    }
}
