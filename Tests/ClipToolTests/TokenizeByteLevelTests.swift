import Foundation
import Testing

@Suite struct TokenizeByteLevelTests {
    /// A tokenizer of two merges, as Hugging Face writes it.
    private static let byteLevel =
        #"{"version": "1.0", "added_tokens": [{"id": 7, "content": "<s>", "special": true, "normalized": false}], "#
        + #""normalizer": null, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}, "#
        + #""post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, "#
        + #"{"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {"<s>": {"id": "<s>", "ids": [7], "tokens": ["<s>"]}}}, "#
        + #""model": {"type": "BPE", "vocab": {"a": 0, "c": 1, "t": 2, "Ġ": 3, "ca": 4, "cat": 5, "Ċ": 6}, "#
        + #""merges": ["c a", "ca t"]}}"#

    @Test func aByteLevelTokenizerIsTaken() throws {
        let folder = try Folder()
        try folder.write("model/tokenizer.json", Self.byteLevel)
        for path in ["model/tokenizer.json", "model"] {
            let outcome = try Tool.run(["tokenize", "--json", "--tokenizer", path, "a cat<s>"], in: folder)
            #expect(outcome.json["ids"] as? [Int] == [0, 3, 5, 7], "\(outcome.errors)")
            #expect(outcome.json["pieces"] as? [String] == ["a", "Ġ", "cat", "<s>"])
        }
        let cut = try Tool.run(
            ["tokenize", "--json", "--tokenizer", "model", "--context", "3", "a cat"],
            in: folder
        )
        #expect(cut.json["ids"] as? [Int] == [7, 0, 3], "\(cut.errors)")
        try folder.write("captions.txt", "a cat\ncat\n")
        let rate = try Tool.run(
            [
                "benchmark", "tokenizer", "--captions", "captions.txt", "--tokenizer", "model", "--rounds",
                "1", "--json",
            ],
            in: folder
        )
        #expect(rate.json["tokens"] as? Int == 4, "\(rate.errors)")
        try folder.write("other.json", Self.byteLevel.replacing("ByteLevel\"", with: "Metaspace\""))
        let other = try Tool.run(["tokenize", "--tokenizer", "other.json", "a cat"], in: folder)
        #expect(other.status == 65)
        #expect(other.errors.contains("other.json: pre_tokenizer: the step Metaspace is not supported"))
        let missing = try Tool.run(["tokenize", "--tokenizer", "none.json", "a cat"], in: folder)
        #expect(missing.status == 66 && missing.errors.contains("none.json"), "\(missing.errors)")
        let both = ["tokenize", "--tokenizer", "model", "--config", "ViT-B-32", "a cat"]
        #expect(try Tool.run(both, in: folder).status == 64)
    }

    @Test func linesOfAFileAreShownOneByOne() throws {
        let folder = try Folder()
        try folder.write("tokenizer.json", Self.byteLevel)
        try folder.write("texts.txt", "a cat\n\ncat\n")
        let tokenize = ["tokenize", "--tokenizer", "tokenizer.json"]
        let plain = try Tool.run(tokenize + ["--lines", "texts.txt"], in: folder)
        #expect(plain.output == "0 3 5\n\n5\n", "\(plain.errors)")
        try folder.write("texts.jsonl", #""a\ncat""# + "\n" + #""\u0063at""# + "\n")
        let json = try Tool.run(tokenize + ["--lines", "texts.jsonl", "--json"], in: folder)
        #expect(
            json.output == #"{"ids":[0,6,5],"pieces":["a","Ċ","cat"]}"# + "\n"
                + #"{"ids":[5],"pieces":["cat"]}"# + "\n",
            "\(json.errors)"
        )
        let framed = try Tool.run(tokenize + ["--lines", "texts.txt", "--context", "3"], in: folder)
        #expect(framed.output == "7 0 3\n7\n7 5\n", "\(framed.errors)")
        try folder.write("bad.jsonl", #""a""# + "\ncat\n")
        let bad = try Tool.run(tokenize + ["--lines", "bad.jsonl"], in: folder)
        #expect(
            bad.status == 65 && bad.errors.contains("'bad.jsonl', line 2: found cat, expected a text"),
            "\(bad.errors)"
        )
        for arguments in [["--lines", "texts.txt", "a cat"], ["--lines", "texts.txt", "--tags"], []] {
            let outcome = try Tool.run(["tokenize"] + arguments, in: folder)
            #expect(outcome.status == 64 && outcome.errors.contains("--lines"), "\(outcome.errors)")
        }
    }

    @Test func theTokenizerOfAGGUFFileIsTaken() throws {
        let folder = try Folder()
        let gguf = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "CLIPLanguageTests/Fixtures/GGUF/llama-f32.gguf")
        try folder.write("llm.gguf", Data(contentsOf: gguf))
        let arguments = ["tokenize", "--json", "--tokenizer", "llm.gguf"]
        let outcome = try Tool.run(arguments + ["dog cat<|end|>"], in: folder)
        #expect(outcome.json["ids"] as? [Int] == [67, 259, 258, 260], "\(outcome.errors)")
        #expect(outcome.json["pieces"] as? [String] == ["d", "og", "Ġcat", "<|end|>"])
        let framed = try Tool.run(arguments + ["--context", "3", "dog cat"], in: folder)
        #expect(framed.json["ids"] as? [Int] == [260, 67, 259], "\(framed.errors)")
    }
}
