import CLIPText
import Foundation
import Testing

/// Tokenizers from the lists of a GGUF file, here those of the fixtures.
@Suite struct ByteLevelGGUFTests {
    private func lists(_ name: String) throws -> (
        tokens: [String], merges: [String], special: Set<Int32>, own: Set<Int32>
    ) {
        let json = try ByteLevelFixture.json(name)
        let model = try #require(json["model"] as? [String: Any])
        let vocabulary = try #require(model["vocab"] as? [String: Int])
        let added = try ByteLevelFixture.tokenizer(name).addedTokens
        let size = (vocabulary.values.max() ?? 0) + 1
        var tokens = [String](repeating: "", count: max(size, Int(added.last?.id ?? 0) + 1))
        for (piece, id) in vocabulary { tokens[id] = piece }
        for token in added { tokens[Int(token.id)] = token.content }
        let merges = try #require(model["merges"] as? [Any]).map { merge in
            (merge as? String) ?? (merge as? [String] ?? []).joined(separator: " ")
        }
        return (
            tokens, merges, Set(added.filter(\.isSpecial).map(\.id)),
            Set(added.filter { !$0.isSpecial }.map(\.id))
        )
    }

    private func tokenizer(_ name: String, preset: String, start: Int32? = nil) throws -> ByteLevelTokenizer {
        let lists = try lists(name)
        return try ByteLevelTokenizer(
            preset: preset,
            tokens: lists.tokens,
            merges: lists.merges,
            special: lists.special,
            userDefined: lists.own,
            start: start,
            end: nil
        )
    }

    @Test func idsAreThoseOfTheModelsOwnFile() throws {
        for (name, preset) in [
            ("gpt2", "gpt-2"), ("gpt2", "default"), ("llama3", "llama-bpe"), ("llama3", "llama3"),
        ] {
            let tokenizer = try tokenizer(name, preset: preset)
            for entry in try ByteLevelFixture.entries() {
                let expected = try #require(entry.ids[name])
                #expect(
                    expected.equal(tokenizer.encode(entry.text)),
                    "\(entry.text.prefix(80).debugDescription)"
                )
            }
        }
        // Without form C, as readers of GGUF have it.
        let qwen = try tokenizer("qwen2", preset: "qwen2")
        let own = try ByteLevelFixture.tokenizer("qwen2")
        #expect(qwen.encode("A red cat, 1234 été") == own.encode("A red cat, 1234 été"))
        #expect(qwen.encode("e\u{301}") != own.encode("e\u{301}"))
        #expect(qwen.decode(qwen.encode("e\u{301}")).unicodeScalars.count == 2)
    }

    /// SmolLM2's preset is transformers' reading; its own file takes digits out first.
    @Test func smollmIsReadAsTransformersDoes() throws {
        let read = try tokenizer("smollm2", preset: "smollm")
        let own = try ByteLevelFixture.tokenizer("smollm2")
        let space = try #require(own.id(of: "Ġ"))
        #expect(own.encode("a 12 cats") == read.encode("a 12 cats"))
        #expect(own.encode("a    7").suffix(2) != read.encode("a    7").suffix(2))
        #expect(read.encode("a    7").suffix(2).first == space)
    }

    @Test func framesAndOwnTokens() throws {
        let start = try #require(try ByteLevelFixture.tokenizer("llama3").id(of: "<|begin_of_text|>"))
        let tokenizer = try tokenizer("llama3", preset: "llama-bpe", start: start)
        #expect(tokenizer.frame.start == [start] && tokenizer.frame.end == [])
        let own = try self.tokenizer("qwen2", preset: "qwen2")
        let call = try #require(own.id(of: "<tool_call>"))
        #expect(own.encode("a<tool_call>b")[1] == call)
        #expect(own.decode([call]) == "<tool_call>")
    }

    /// What is not spelled in the alphabet of bytes is no other spelling of one that is.
    @Test func ownTokensThatAreSpelledPlainly() throws {
        let tokenizer = try ByteLevelTokenizer(
            preset: "gpt-2",
            tokens: ["a", "b", "Ġ", "Ġb", " b", "a b"],
            merges: ["Ġ b"],
            special: [],
            userDefined: [4, 5],
            start: nil,
            end: nil
        )
        #expect(tokenizer.id(of: "Ġb") == 3 && tokenizer.id(of: " b") == 4)
        #expect(tokenizer.id(of: "a b") == 5 && tokenizer.id(of: "aĠb") == nil)
        #expect(tokenizer.encode("a bb b") == [5, 1, 4] && tokenizer.decode([5, 1, 4]) == "a bb b")
        let folder = try ScratchFolder()
        let file = try folder.write(try #require(tokenizer.files["tokenizer.json"]))
        let read = try ByteLevelTokenizer(tokenizerURL: file)
        #expect(read.id(of: "Ġb") == 3 && read.id(of: "a b") == 5 && read.id(of: "aĠb") == nil)
        #expect(read.encode("a bb b") == [5, 1, 4])
    }

    /// The file that such a tokenizer writes says the same.
    @Test func theWrittenFileIsTheSameTokenizer() throws {
        let folder = try ScratchFolder()
        for (name, preset) in [
            ("gpt2", "gpt-2"), ("llama3", "llama-bpe"), ("qwen2", "qwen2"), ("llama3", "tekken"),
        ] {
            let start: Int32? = name == "llama3" ? 5 : nil
            let tokenizer = try tokenizer(name, preset: preset, start: start)
            let file = try folder.write(try #require(tokenizer.files["tokenizer.json"]))
            let read = try ByteLevelTokenizer(tokenizerURL: file)
            #expect(read.fingerprint == tokenizer.fingerprint)
            #expect(read.frame.start == tokenizer.frame.start && read.addedTokens == tokenizer.addedTokens)
            #expect(read.vocabularySize == tokenizer.vocabularySize)
            for entry in try ByteLevelFixture.entries() where entry.text.utf8.count < 500 {
                #expect(read.encode(entry.text) == tokenizer.encode(entry.text))
            }
        }
    }

    @Test func whatIsWrongIsNamed() throws {
        let error = #expect(throws: TokenizerError.self) { try tokenizer("gpt2", preset: "bert") }
        #expect(
            error?.description.contains("tokenizer.ggml.pre is 'bert', expected one of default, gpt-2,")
                == true
        )
        #expect(error?.description.contains("llama-bpe") == true)
        func made(
            _ merges: [String],
            special: Set<Int32> = [],
            start: Int32? = nil
        ) throws -> ByteLevelTokenizer {
            try ByteLevelTokenizer(
                preset: "gpt-2",
                tokens: ["a", "b", "ab"],
                merges: merges,
                special: special,
                userDefined: [],
                start: start,
                end: nil
            )
        }
        #expect(try made(["a b"]).encode("ab") == [2])
        let cases: [(String, () throws -> ByteLevelTokenizer)] = [
            (
                "tokenizer.ggml.merges[1] has 'b a', expected two tokens that make",
                { try made(["a b", "b a"]) }
            ),
            ("tokenizer.ggml.merges[0] has 'ab', expected two tokens of", { try made(["ab"]) }),
            (
                "tokenizer.ggml.token_type has the id 3, expected an id below 3",
                { try made([], special: [3]) }
            ),
            ("tokenizer.ggml.bos_token_id has the id -1", { try made([], start: -1) }),
        ]
        for (found, make) in cases {
            let error = #expect(throws: TokenizerError.self) { try make() }
            #expect(error?.description.contains(found) == true, "\(error?.description ?? "")")
        }
    }
}
