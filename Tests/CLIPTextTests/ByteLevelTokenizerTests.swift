import Foundation
import Testing

@testable import CLIPText

@Suite struct ByteLevelTokenizerTests {
    @Test(arguments: ByteLevelFixture.names)
    func idsEqualThoseOfTokenizers(name: String) throws {
        let tokenizer = try ByteLevelFixture.tokenizer(name)
        let entries = try ByteLevelFixture.entries()
        #expect(entries.count > 600)
        for entry in entries {
            let expected = try #require(entry.ids[name])
            #expect(expected.equal(tokenizer.encode(entry.text)), "\(entry.text.prefix(80).debugDescription)")
        }
    }

    @Test func decodingGivesTheTextBack() throws {
        for name in ["gpt2", "llama3"] {
            let tokenizer = try ByteLevelFixture.tokenizer(name)
            for entry in try ByteLevelFixture.entries() {
                let text = tokenizer.decode(tokenizer.encode(entry.text), keepingSpecial: true)
                #expect(text.utf8.elementsEqual(entry.text.utf8), "\(entry.text.prefix(80).debugDescription)")
            }
        }
        let tokenizer = try ByteLevelFixture.tokenizer("llama3")
        let ids = tokenizer.encode("a cat<|eot_id|> 😀")
        #expect(tokenizer.decode(ids) == "a cat 😀")
        #expect(tokenizer.decode(ids, keepingSpecial: true) == "a cat<|eot_id|> 😀")
        // Bytes across ids belong together; what is left of a character becomes U+FFFD.
        let smile = tokenizer.encode("🙂")
        #expect(smile.count > 1 && tokenizer.decode(smile) == "🙂")
        #expect(tokenizer.decode(Array(smile.dropLast())) == "\u{FFFD}")
        #expect(tokenizer.decode([99_999, -1]) == "")
    }

    @Test func theFrameAndTheCut() throws {
        let tokenizer = try ByteLevelFixture.tokenizer("llama3")
        let start = try #require(tokenizer.id(of: "<|begin_of_text|>"))
        #expect(tokenizer.frame.start == [start] && tokenizer.frame.end == [])
        let ids = tokenizer.encode("a small cat sits on the wooden bridge")
        #expect(tokenizer.tokens("a small cat sits on the wooden bridge", contextLength: 77) == [start] + ids)
        for length in 0...ids.count {
            let tokens = tokenizer.tokens("a small cat sits on the wooden bridge", contextLength: length)
            #expect(tokens == Array(([start] + ids).prefix(length)))
        }
        #expect(tokenizer.tokens("", contextLength: 5) == [start])
        #expect(tokenizer.encode("") == [])
        #expect(tokenizer.tokenCount("") == 1)
        #expect(tokenizer.tokens(String(repeating: "word ", count: 5000), contextLength: 32).count == 32)
        // An end stays whatever is cut.
        var json = try ByteLevelFixture.json("gpt2")
        let id = try #require(try ByteLevelFixture.tokenizer("gpt2").id(of: "<|endoftext|>"))
        json["post_processor"] = [
            "type": "TemplateProcessing",
            "single": [
                ["Sequence": ["id": "A", "type_id": 0]], ["SpecialToken": ["id": "END", "type_id": 0]],
            ],
            "special_tokens": [
                "END": ["id": "END", "ids": [id, id], "tokens": ["<|endoftext|>", "<|endoftext|>"]]
            ],
        ]
        let ended = try ScratchFolder().tokenizer(json)
        #expect(ended.frame.start == [] && ended.frame.end == [id, id])
        #expect(ended.tokens("a small cat", contextLength: 3) == [ended.encode("a small cat")[0], id, id])
        #expect(ended.tokens("a small cat", contextLength: 1) == [id])
    }

    @Test func wordsAndPieces() throws {
        let tokenizer = try ByteLevelFixture.tokenizer("qwen2")
        let text = "A small zebra, été  12<|im_end|>cat don't"
        let ids = tokenizer.encode(text)
        let words = tokenizer.words(in: ids).map { tokenizer.decode(Array(ids[$0]), keepingSpecial: true) }
        #expect(
            words == ["A", " small", " zebra", ",", " été", " ", " 12", "<|im_end|>", "cat", " don", "'t"]
        )
        #expect(words.joined() == text)
        #expect(tokenizer.words(in: []) == [])
        let cat = try #require(tokenizer.id(of: "Ġcat"))
        #expect(tokenizer.piece(cat) == "Ġcat" && tokenizer.text(of: cat) == "cat")
        let end = try #require(tokenizer.id(of: "<|im_end|>"))
        #expect(tokenizer.piece(end) == "<|im_end|>" && tokenizer.text(of: end) == "")
        let call = try #require(tokenizer.id(of: "<tool_call>"))
        #expect(tokenizer.text(of: call) == "<tool_call>")
        #expect(tokenizer.id(of: "<tool") == nil && tokenizer.id(of: "日本") == nil)
        #expect(tokenizer.piece(-1) == nil && tokenizer.piece(Int32(tokenizer.vocabularySize)) == nil)
        #expect(tokenizer.piece(Int32(tokenizer.vocabularySize - 1)) != nil)
    }

    /// The pair of the lowest rank comes first also where a merge makes pairs of lower ranks than its own.
    @Test func mergesInAnyOrder() throws {
        let tokenizer = try ByteLevelTokenizer(
            preset: "gpt-2",
            tokens: ["a", "b", "c", "bc", "ab", "abc", "cab", "abab", "x"],
            merges: ["ab c", "a b", "c ab", "b c", "ab ab"],
            special: [],
            userDefined: [],
            start: nil,
            end: nil
        )
        for (text, expected) in [
            ("abc", ["abc"]), ("bc", ["bc"]), ("abab", ["abab"]), ("cabc", ["c", "abc"]),
            ("cabab", ["cab", "ab"]),
            ("abcabc", ["abc", "abc"]), ("xcabx", ["x", "cab", "x"]),
        ] {
            #expect(tokenizer.encode(text).map { tokenizer.piece($0) ?? "" } == expected)
            // Long words go another way.
            let long = tokenizer.encode(String(repeating: "x", count: 60) + text)
            #expect(long.dropFirst(60).map { tokenizer.piece($0) ?? "" } == expected)
        }
    }

    @Test func manyThreadsAgree() async throws {
        let tokenizer = try ByteLevelFixture.tokenizer("qwen2")
        let texts = try ByteLevelFixture.entries().map(\.text).filter { $0.utf8.count < 1000 }
        let expected = texts.map { tokenizer.encode($0) }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { texts.map { tokenizer.encode($0) } == expected } }
            for await agrees in group { #expect(agrees) }
        }
    }

    @Test func anyBytesGiveIdsThatGiveTheTextBack() throws {
        let tokenizer = try ByteLevelFixture.tokenizer("gpt2")
        var generator = SplitMix(state: 4)
        for round in 0..<300 {
            let bytes = (0..<(round % 97)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = String(decoding: bytes, as: UTF8.self)
            let ids = tokenizer.encode(text)
            #expect(ids.allSatisfy { $0 >= 0 && $0 < tokenizer.vocabularySize })
            #expect(tokenizer.decode(ids, keepingSpecial: true).utf8.elementsEqual(text.utf8))
        }
    }
}
