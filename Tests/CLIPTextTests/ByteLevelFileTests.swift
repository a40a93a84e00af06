import CLIPText
import Foundation
import Testing

@Suite struct ByteLevelFileTests {
    /// Sets a value at a place such as `model.dropout`, and reads the file.
    private func changed(_ name: String, _ place: String, _ value: Any) throws -> ByteLevelTokenizer {
        var json = try ByteLevelFixture.json(name)
        let keys = place.split(separator: ".").map(String.init)
        if keys.count == 2 {
            var inner = json[keys[0]] as? [String: Any] ?? [:]
            inner[keys[1]] = value
            json[keys[0]] = inner
        } else {
            json[place] = value
        }
        return try ScratchFolder().tokenizer(json)
    }

    @Test func theFingerprintIsOfWhatTheFileDoes() throws {
        let folder = try ScratchFolder()
        var seen: Set<String> = []
        for name in ByteLevelFixture.names {
            let tokenizer = try ByteLevelFixture.tokenizer(name)
            #expect(tokenizer.fingerprint.count == 64 && seen.insert(tokenizer.fingerprint).inserted)
            #expect(tokenizer.files == ["tokenizer.json": try Data(contentsOf: ByteLevelFixture.url(name))])
            // Other white space and another order of keys.
            let json = try ByteLevelFixture.json(name)
            let pretty = try folder.tokenizer(json, [.prettyPrinted, .sortedKeys])
            #expect(pretty.fingerprint == tokenizer.fingerprint)
        }
        let plain = try ByteLevelFixture.tokenizer("gpt2").fingerprint
        let merges = try #require(try ByteLevelFixture.json("gpt2")["model"] as? [String: Any])["merges"]
        let texts = try #require(merges as? [String])
        let pairs = texts.map { $0.split(separator: " ").map(String.init) }
        #expect(try changed("gpt2", "model.merges", pairs).fingerprint == plain)
        #expect(try changed("gpt2", "model.merges", ["#version: 0.2"] + texts).fingerprint == plain)
        #expect(try changed("gpt2", "truncation", ["max_length": 128]).fingerprint == plain)
        #expect(try changed("gpt2", "decoder", NSNull()).fingerprint == plain)
        #expect(try changed("gpt2", "model.dropout", 0.0).fingerprint == plain)
        #expect(try changed("gpt2", "model.merges", Array(texts.dropLast())).fingerprint != plain)
        #expect(try changed("gpt2", "model.ignore_merges", true).fingerprint != plain)
        #expect(try changed("gpt2", "normalizer", ["type": "NFC"]).fingerprint != plain)
        #expect(try changed("gpt2", "added_tokens", [Any]()).fingerprint != plain)
        let byteLevel: [String: Any] = ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true]
        #expect(try changed("gpt2", "pre_tokenizer", byteLevel).fingerprint == plain)
        let prefixed = byteLevel.merging(["add_prefix_space": true]) { $1 }
        #expect(try changed("gpt2", "pre_tokenizer", prefixed).fingerprint != plain)
        // A sequence of one step is that step.
        let sequence: [String: Any] = ["type": "Sequence", "pretokenizers": [byteLevel]]
        #expect(try changed("gpt2", "pre_tokenizer", sequence).fingerprint == plain)
    }

    @Test func anUnknownStepIsNamed() throws {
        let cases: [(place: String, value: Any, found: String)] = [
            ("normalizer", ["type": "Prepend", "prepend": "▁"], "normalizer: the normalizer Prepend is not"),
            (
                "normalizer", ["type": "Sequence", "normalizers": [["type": "NFC"], ["type": "Replace"]]],
                "normalizer.normalizers[1]: the normalizer Replace is not supported, only NFC, Sequence"
            ),
            (
                "pre_tokenizer", ["type": "Metaspace", "replacement": "▁"],
                "pre_tokenizer: the step Metaspace is not supported, only Split, Digits, ByteLevel, Sequence"
            ),
            ("pre_tokenizer", NSNull(), "pre_tokenizer: a tokenizer without steps is not supported"),
            (
                "pre_tokenizer", ["type": "Digits", "individual_digits": true],
                "a last step that is not ByteLevel"
            ),
            (
                "pre_tokenizer",
                ["type": "Sequence", "pretokenizers": [["type": "ByteLevel"], ["type": "ByteLevel"]]],
                "pre_tokenizer.pretokenizers[0]: ByteLevel before other steps is not supported"
            ),
            ("model.type", "WordPiece", "model: the model WordPiece is not supported, only BPE over bytes"),
            ("model.type", "Unigram", "the model Unigram"),
            ("model.byte_fallback", true, "model.byte_fallback: byte fallback is not supported"),
            ("model.dropout", 0.1, "model.dropout: dropout of merges is not supported"),
            (
                "model.end_of_word_suffix", "</w>",
                "model.end_of_word_suffix: end_of_word_suffix '</w>' is not"
            ),
            ("model.continuing_subword_prefix", "##", "continuing_subword_prefix '##' is not supported"),
            (
                "post_processor", ["type": "RobertaProcessing"],
                "post_processor: the post-processor RobertaProcessing"
            ),
        ]
        for (place, value, found) in cases {
            let error = #expect(throws: TokenizerError.self, "\(place): \(value)") {
                try changed("gpt2", place, value)
            }
            let text = "\(error.map { "\($0)" } ?? "")"
            #expect(text.contains(found) && text.contains("tokenizer.json: \(place.prefix(5))"), "\(text)")
        }
    }

    @Test func whatIsWrongIsNamedWithItsPlace() throws {
        let split: [String: Any] = [
            "type": "Split", "pattern": ["Regex": "(a"], "behavior": "Isolated", "invert": false,
        ]
        let unknown = split.merging(["behavior": "Joined", "pattern": ["String": " "]]) { $1 }
        let last: [String: Any] = ["type": "ByteLevel"]
        let template: [String: Any] = [
            "type": "TemplateProcessing", "single": [["SpecialToken": ["id": "X", "type_id": 0]]],
            "special_tokens": ["X": ["ids": [0]]],
        ]
        let cases: [(place: String, value: Any, found: String)] = [
            (
                "model.merges", ["a b c"],
                "model.merges has 'a' and 'b' and 'c' as merge 1, expected two tokens of"
            ),
            (
                "model.merges", ["Ġ t", "zq Ġ"],
                "model.merges has 'zq' and 'Ġ' as merge 2, expected two tokens of"
            ),
            ("model.merges", [["z", "q"]], "'z' and 'q' as merge 1, expected two tokens that make one"),
            ("model.merges", [7], "something else as merge 1"),
            ("model.merges", NSNull(), "model.merges has nothing, expected a list"),
            ("model.vocab", ["a": 1, "b": -2], "model.vocab has 'b': -2, expected an id for each token"),
            ("model.vocab", ["a": 1, "b": 1], "model.vocab has the id 1 twice"),
            ("model.vocab", ["a": 1 << 30], "expected an id for each token"),
            (
                "model.unk_token", "no such",
                "model.unk_token has 'no such', expected a token of the vocabulary"
            ),
            ("model.ignore_merges", "yes", "model.ignore_merges has 'yes', expected true or false"),
            ("model", [1], "model has a list, expected an object"),
            ("added_tokens", [["id": 3, "content": "Ġ"]], "model.vocab has 'Ġ' with id"),
            ("added_tokens", [["content": "x"]], "added_tokens[0].id has nothing, expected an id"),
            (
                "pre_tokenizer", ["type": "Sequence", "pretokenizers": [split, last]],
                "pretokenizers[0].pattern.Regex has '(a', expected a regular expression"
            ),
            (
                "pre_tokenizer", ["type": "Sequence", "pretokenizers": [unknown, last]],
                "pretokenizers[0].behavior has 'Joined', expected Removed, Isolated,"
            ),
            ("post_processor", template, "post_processor.single has it 0 times, expected the text once"),
        ]
        for (place, value, found) in cases {
            let error = #expect(throws: TokenizerError.self, "\(place): \(value)") {
                try changed("gpt2", place, value)
            }
            let text = "\(error.map { "\($0)" } ?? "")"
            #expect(text.contains(found) && text.contains("tokenizer.json"), "\(text)")
        }
        let folder = try ScratchFolder()
        for (content, found) in [("{\"model\": ", "has no JSON ("), ("[]", "has a list, expected an object")]
        {
            let file = try folder.write(Data(content.utf8))
            let error = #expect(throws: TokenizerError.self) { try ByteLevelTokenizer(tokenizerURL: file) }
            #expect(error?.description.contains(found) == true, "\(error?.description ?? "")")
        }
        let missing = folder.url.appending(path: "none.json")
        let error = #expect(throws: TokenizerError.self) { try ByteLevelTokenizer(tokenizerURL: missing) }
        #expect(error?.description.contains("cannot read the tokenizer \(missing.path)") == true)
    }
}
