import CLIPText
import Foundation
import Testing

@Suite struct TokenizerTests {
    @Test func vocabularyHasItsKnownPlaces() throws {
        let tokenizer = try Tokenizers.of()
        #expect(tokenizer.vocabularySize == 49_408)
        #expect(tokenizer.startOfText == 49_406 && tokenizer.endOfText == 49_407)
        let places: [(Int32, String)] = [
            (0, "!"), (93, "~"), (94, "¡"), (187, "ÿ"), (188, "Ā"), (255, "Ń"), (256, "!</w>"),
            (511, "Ń</w>"),
            (512, "in"), (49_405, "jekyll</w>"), (49_406, "<start_of_text>"), (49_407, "<end_of_text>"),
        ]
        for (id, piece) in places { #expect(tokenizer.piece(id) == piece) }
        #expect(tokenizer.piece(-1) == nil && tokenizer.piece(49_408) == nil)
    }

    @Test func tokensAreFramedAndCut() throws {
        let tokenizer = try Tokenizers.of()
        #expect(
            tokenizer.tokens("a photo of a cat", contextLength: 77) == [
                49_406, 320, 1125, 539, 320, 2368, 49_407,
            ]
        )
        #expect(tokenizer.tokens("", contextLength: 77) == [49_406, 49_407])
        #expect(tokenizer.tokens("a photo of a cat", contextLength: 7).count == 7)
        #expect(
            tokenizer.tokens("a photo of a cat", contextLength: 6) == [49_406, 320, 1125, 539, 320, 49_407]
        )
        #expect(tokenizer.tokens("a photo", contextLength: 1) == [49_407])
        #expect(tokenizer.tokens("a photo", contextLength: 0) == [])
        let long = tokenizer.tokens(String(repeating: "word ", count: 10_000), contextLength: 77)
        #expect(long.count == 77 && long.last == 49_407)
    }

    @Test func decodingGivesTheWordsBack() throws {
        let tokenizer = try Tokenizers.of()
        #expect(try tokenizer.decode(tokenizer.encode("A café, 日本語 😀")) == "a café , 日本語 😀 ")
        #expect(tokenizer.pieces("don't") == ["don</w>", "'t</w>"])
        #expect(try tokenizer.decode([49_406, 188]) == "<start_of_text>\0")
        #expect(throws: TokenizerError.unknownToken(id: 60_000, vocabularySize: 49_408)) {
            try tokenizer.decode([60_000])
        }
    }

    @Test func aWrongFileIsRefused() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "merges.txt")
        #expect(throws: TokenizerError.self) { try CLIPTokenizer(mergesURL: file) }
        try Data("header\ni n\n".utf8).write(to: file)
        #expect(throws: TokenizerError.tooFewMerges(file: file, found: 2, needed: 48_894)) {
            try CLIPTokenizer(mergesURL: file)
        }
        try Data(("header\ni n\nzz top\n" + String(repeating: "t h\n", count: 48_893)).utf8).write(to: file)
        #expect(throws: TokenizerError.badMerge(file: file, line: 3, text: "zz top")) {
            try CLIPTokenizer(mergesURL: file)
        }
    }
}
