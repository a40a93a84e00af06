import Foundation
import Testing

@testable import CLIPText

/// One text with open_clip's ids, with the vocabulary of BERT's uncased models and with the small one of the fixtures.
private struct WordPieceVector: Decodable {
    var text: String
    var ids, small: [Int32]
    /// What a model of this context length gets, padding included.
    var length: Int
    var cut, smallCut: [Int32]

    static func fixtures() throws -> [WordPieceVector] {
        try JSONDecoder().decode([WordPieceVector].self, from: Data(contentsOf: fixture("wordpiece.json")))
    }
}

private func fixture(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
}

private let fetched = try? AssetFolder.url(.wordPieces)

@Suite struct WordPieceTests {
    private let small: WordPieceTokenizer

    init() throws {
        small = try WordPieceTokenizer(vocabularyURL: fixture("wordpiece-vocab.txt"), stripsSeparator: true)
    }

    private func expectPadded(_ ids: [Int32], _ expected: [Int32], _ text: String) {
        let padded = ids + [Int32](repeating: 0, count: max(0, expected.count - ids.count))
        #expect(padded == expected, "\(text.debugDescription)")
    }

    @Test func idsEqualOpenClips() throws {
        let vectors = try WordPieceVector.fixtures()
        #expect(vectors.count > 60)
        for vector in vectors {
            #expect(small.encode(vector.text) == vector.small, "\(vector.text.debugDescription)")
            expectPadded(
                small.tokens(vector.text, contextLength: vector.length),
                vector.smallCut,
                vector.text
            )
        }
    }

    @Test func aHugeTextLeavesNoBuffersBehind() {
        let text = String(repeating: "a cat's cats ", count: 100_000)
        #expect(small.tokens(text, contextLength: 8).count == 8)
        let workspace = small.workspaces.take()
        #expect(workspace.cleaned.capacity <= 1 << 20 && workspace.words.capacity <= 1 << 20)
    }

    @Test(.enabled(if: fetched != nil, "scripts/models wordpiece fetches the vocabulary"))
    func idsOfTheWholeVocabularyEqualOpenClips() throws {
        let tokenizer = try TokenizerKind.bertUncased(cleaning: .whitespace, stripsSeparator: true)
            .tokenizer()
        #expect(tokenizer.vocabularySize == 30_522)
        #expect(tokenizer.frame.start == [101] && tokenizer.frame.end == [0])
        for vector in try WordPieceVector.fixtures() {
            #expect(tokenizer.encode(vector.text) == vector.ids, "\(vector.text.debugDescription)")
            let tokens = tokenizer.tokens(vector.text, contextLength: vector.length)
            expectPadded(tokens, vector.cut, vector.text)
            #expect(!tokens.contains(102))
        }
    }

    @Test func theFrameAndTheCut() throws {
        #expect(small.tokens("cat dog", contextLength: 77) == [2, 8, 9, 0])
        #expect(small.tokens("cat dog", contextLength: 3) == [2, 8, 0])
        #expect(small.tokens("", contextLength: 77) == [2, 0])
        #expect(small.tokenCount("cat dog") == 4 && small.tokenCount("") == 2)
        #expect(small.tokens("cat", contextLength: 1) == [0])
        #expect(small.tokens("cat", contextLength: 0) == [])
        let whole = try WordPieceTokenizer(vocabularyURL: fixture("wordpiece-vocab.txt"))
        #expect(whole.tokens("cat[SEP]dog", contextLength: 77) == [2, 8, 3, 9, 3])
        #expect(whole.tokens("cat dog", contextLength: 3) == [2, 8, 3])
        let long = small.tokens(String(repeating: "cat ", count: 100_000), contextLength: 32)
        #expect(long.count == 32 && long.last == 0 && long[30] == 8)
    }

    @Test func wordsOfIds() {
        let ids = small.encode("photographing cats, don't")
        #expect(
            small.pieces("photographing cats, don't").prefix(6) == [
                "photo", "##gra", "##ph", "##ing", "cat", "##s",
            ]
        )
        #expect(small.words(in: ids) == [0..<4, 4..<6, 6..<7, 7..<8, 8..<9, 9..<10])
        // What is left of a cut word is one, too.
        #expect(small.words(in: Array(ids[1...4])) == [0..<3, 3..<4])
        #expect(ids.prefix(4).map(small.text) == ["photo", "gra", "ph", "ing"])
        #expect([0, 1, 2, 3, 4, -1, 5000].map(small.text) == [String](repeating: "", count: 7))
        #expect(small.piece(49) == "##gra" && small.piece(2) == "[CLS]" && small.piece(5000) == nil)
    }

    @Test func cleaningComesFirst() throws {
        let plain = try WordPieceTokenizer(
            vocabularyURL: fixture("wordpiece-vocab.txt"),
            cleaning: .canonicalize,
            stripsSeparator: true
        )
        #expect(plain.encode("don't, cat!") == plain.encode("dont cat"))
        #expect(small.encode("don't") == [15, 19, 17])
    }

    @Test(arguments: [
        ("[PAD]\n[UNK]\n[CLS]\n", "3 lines without [SEP]"),
        ("[PAD]\n[UNK]\n[CLS]\n[SEP]\ncat\ncat\n", "'cat' a second time in line 6"),
        ("[PAD]\n[UNK]\n\n[CLS]\n[SEP]\n", "nothing in line 3"),
        ("[UNK]\n[PAD]\n[CLS]\n[SEP]\n", "[PAD] in line 2"),
        ("", "0 lines without [PAD]"),
    ])
    func otherFilesAreRefused(_ text: String, found: String) throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "vocab.txt")
        try Data(text.utf8).write(to: file)
        #expect {
            try WordPieceTokenizer(vocabularyURL: file)
        } throws: {
            guard case .badVocabulary(file, found, _) = $0 as? TokenizerError else { return false }
            return "\($0)".contains("vocab.txt has \(found), expected")
                && "\($0)".contains("scripts/models wordpiece")
        }
        try Data([0x5B, 0xFF, 0x0A]).write(to: file)
        #expect(throws: TokenizerError.self) { try WordPieceTokenizer(vocabularyURL: file) }
        try FileManager.default.removeItem(at: file)
        #expect {
            try WordPieceTokenizer(vocabularyURL: file)
        } throws: {
            if case .unreadableVocabulary(file, _) = $0 as? TokenizerError { true } else { false }
        }
    }

    @Test func aVocabularyIsFoundOrSaidToBeMissing() throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let kind = TokenizerKind.bertUncased(cleaning: .whitespace, stripsSeparator: true)
        let environment = ["SWIFT_CLIP_MODELS": folder.path]
        let file = folder.appending(path: "bert-base-uncased/vocab.txt")
        #expect {
            try kind.tokenizer(environment: environment)
        } throws: {
            ($0 as? AssetError)?.file == file && "\($0)".contains("run `scripts/models wordpiece`")
        }
        // One of another length would give other ids without a word.
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try FileManager.default.copyItem(at: fixture("wordpiece-vocab.txt"), to: file)
        #expect(throws: TokenizerError.self) { try kind.tokenizer(environment: environment) }
        // A checkpoint's own comes first, and counts as it is.
        for (name, content) in small.files { try content.write(to: folder.appending(path: name)) }
        let own = try kind.tokenizer(in: folder, environment: [:])
        #expect(own.encode("a photo of the cats") == small.encode("a photo of the cats"))
        #expect(Set(own.files.keys) == Set(kind.fileNames) && own.files == small.files)
        #expect(TokenizerKind.clip.fileNames.isEmpty)
    }

    private func scratch() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
