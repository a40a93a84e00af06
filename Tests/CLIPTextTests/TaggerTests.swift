import Foundation
import Testing

@testable import CLIPText

@Suite struct TaggerTests {
    /// Each kind of feature makes a `B` where it is met, and only there; the bias makes an `A` elsewhere.
    @Test(
        arguments: [
            ("suf3 ing", "Running ing dog", "BBA"), ("suf3 at", "At cat", "BA"),
            ("suf2 ed", "red ED de", "BBA"),
            ("suf1 g", "dog g go", "BBA"), ("pre1 é", "École e", "BA"), ("shape X", "The the X1", "BAA"),
            ("shape x", "a A 1", "BAA"), ("shape xd", "a1 1 A1 a ٣", "BBAAB"), ("shape Xd", "A1 a1", "BA"),
            ("w cat", "Cat cats cat", "BAB"), ("t-1 <s>", "a b c", "BAA"), ("t-1 A", "a b c d", "ABAB"),
            ("t-2 <s>", "a b c", "BBA"), ("t-2 A", "a b c d e", "AABBA"), ("t-1t-2 A <s>", "a b c", "ABA"),
            ("w-1 <s>", "a b c", "BAA"), ("w-1 a", "A b a", "ABA"), ("w-2 <s>", "a b c", "BBA"),
            ("w-2 a", "a b c d", "AABA"), ("w+1 </s>", "a b c", "AAB"), ("w+1 c", "a b C", "ABA"),
            ("w+2 </s>", "a b c", "ABB"), ("w+2 c", "a b c", "BAA"), ("t-1 w A b", "a b b", "ABA"),
        ]
    )
    func featuresAreMet(feature: String, text: String, expected: String) throws {
        let tagger = try TaggerFixture.make(["bias": ["A": 1], feature: ["B": 2, "unknown": 9]])
        #expect(tagger.tags(of: text.components(separatedBy: " ")).joined() == expected)
    }

    @Test func weightsOfAllFeaturesAreSummed() throws {
        let weights = ["bias": ["A": 1.0, "B": 0.25], "suf1 x": ["B": 0.5], "w x": ["B": 0.5, "A": 0.125]]
        let tagger = try TaggerFixture.make(weights)
        #expect(tagger.tags(of: ["x", "ax"]) == ["B", "A"])
    }

    @Test func theLastOfEqualTagsWins() throws {
        #expect(try TaggerFixture.make(["bias": ["A": 1, "B": 1]]).tags(of: ["x"]) == ["B"])
        let tags = ["é", "B", "Z"]
        #expect(try TaggerFixture.make([:], tags: tags).tags(of: ["x"]) == ["é"])
        #expect(try TaggerFixture.make([:]).tags(of: []) == [])
    }

    @Test func wordsOfOneTagAreNotScored() throws {
        let tagger = try TaggerFixture.make(
            ["w cat": ["A": 9], "t-1 B": ["A": 9], "bias": ["B": 1]],
            words: ["cat": "B"]
        )
        #expect(tagger.tags(of: ["CAT", "dog", "dog"]) == ["B", "A", "B"])
    }

    @Test func tagsHavePriorities() throws {
        let words = try TaggerFixture.ofKnownWords().words(in: "Paris can sit: a red cat's running, is that?")
        let expected: [(String, String, WordPriority)] = [
            ("Paris", "PROPN", .noun), ("can", "AUX", .other), ("sit", "DET", .other), (":", "PUNCT", .other),
            ("a", "DET", .other), ("red", "ADJ", .adjective), ("cat", "NOUN", .noun), ("'s", "PART", .other),
            ("running", "VERB", .verb), (",", "PUNCT", .other), ("is", "AUX", .verb),
            ("that", "PRON", .other),
            ("?", "PUNCT", .other),
        ]
        #expect(words == expected.map { TaggedWord(text: $0.0, tag: $0.1, priority: $0.2) })
    }

    @Test func marksAreNotSeenByTheTagger() throws {
        let tagger = try TaggerFixture.make(["bias": ["A": 1], "w-1 a": ["B": 2]])
        #expect(tagger.words(in: "a, b").map(\.tag) == ["A", "PUNCT", "B"])
    }

    @Test func damagedFilesAreRefused() throws {
        func reason(_ json: String) -> String {
            do {
                _ = try TaggerFixture.tagger(Data(json.utf8))
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(reason("{").contains("is not a tagger: it cannot be read as such"))
        #expect(reason(#"{"classes": ["A"], "tagdict": {}}"#).contains("it has no `weights`"))
        #expect(reason(#"{"classes": [], "tagdict": {}, "weights": {}}"#).contains("it has 0 tags"))
        let foreign = reason(#"{"classes": ["A"], "tagdict": {"cat": "Q"}, "weights": {}}"#)
        #expect(foreign.contains("the tag Q of 'cat' is not among its classes"))
        #expect(foreign.contains("scripts/models tagger"))
        let missing = URL(fileURLWithPath: "/nowhere/tagger.json")
        do {
            _ = try PartOfSpeechTagger(contentsOf: missing)
            Issue.record("no error")
        } catch {
            #expect(
                "\(error)".contains("/nowhere/tagger.json") && "\(error)".contains("scripts/models tagger")
            )
        }
    }
}

/// The tagger of `scripts/models tagger` against the tags of its own package, where it was fetched.
@Suite(.enabled(if: (try? AssetFolder.url(.tagger)) != nil))
struct TaggerGoldenTests {
    private struct Sentence: Decodable {
        var words: [String]
        var tags: [String]
    }

    private func sentences(_ file: URL) throws -> [Sentence] {
        try JSONDecoder().decode([Sentence].self, from: Data(contentsOf: file))
    }

    @Test func tagsAreThoseOfItsPackage() throws {
        let tagger = try PartOfSpeechTagger()
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        for sentence in try sentences(fixtures.appending(path: "tagger_goldens.json")) {
            #expect(tagger.tags(of: sentence.words) == sentence.tags, "\(sentence.words)")
        }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["CLIP_TAGGER_VECTORS"] != nil))
    func manyCaptionsHaveThePackagesTags() throws {
        let path = try #require(ProcessInfo.processInfo.environment["CLIP_TAGGER_VECTORS"])
        let tagger = try PartOfSpeechTagger()
        let sentences = try sentences(URL(fileURLWithPath: path))
        #expect(!sentences.isEmpty)
        var different = 0
        let started = ContinuousClock.now
        for sentence in sentences where tagger.tags(of: sentence.words) != sentence.tags { different += 1 }
        print(
            "\(sentences.count) captions in \(ContinuousClock.now - started), \(different) tagged otherwise"
        )
        #expect(different == 0)
    }
}
