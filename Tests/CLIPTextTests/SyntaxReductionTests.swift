import Testing

@testable import CLIPText

@Suite struct SyntaxReductionTests {
    private let example = "An orange cat that is sitting on a ledge"

    private func reducer(
        _ reduction: TextReduction = .syntax,
        budget: Int,
        _ tokenizer: (any TextTokenizer)? = nil,
        tally: TextReductionTally = TextReductionTally()
    ) throws -> TextReducer {
        try TextReducer(
            tokenizer ?? Tokenizers.of(),
            reduction: reduction,
            budget: budget,
            tagger: TaggerFixture.ofKnownWords(),
            tally: tally
        )
    }

    private func tokens(_ reducer: TextReducer, _ text: String) -> [Int32] {
        var random = SeededRandom(1)
        return reducer.tokens(text, using: &random)
    }

    /// Specification of the order by a stable sort, in plain.
    private func sorted(_ priorities: [WordPriority], keeping count: Int) -> [Int] {
        priorities.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
            .prefix(count).map(\.offset).sorted()
    }

    @Test func keptPlacesAreThoseOfAStableSort() {
        var random = SeededRandom(5)
        for count in 1...30 {
            for keep in 0...count {
                let priorities = (0..<count).compactMap { _ in
                    WordPriority(rawValue: UInt8(1 + random.place(below: 4)))
                }
                let kept = WordPriority.places(of: priorities, keeping: keep)
                #expect(kept == sorted(priorities, keeping: keep))
                let dropped = Set(priorities.indices).subtracting(kept)
                let worst = kept.map { priorities[$0] }.max() ?? .noun
                #expect(dropped.allSatisfy { priorities[$0] >= worst } || kept.isEmpty)
            }
        }
    }

    @Test(
        arguments: [
            (2, "cat ledge"), (3, "orange cat ledge"), (4, "orange cat is ledge"),
            (5, "orange cat is sitting ledge"), (6, "an orange cat is sitting ledge"),
            (9, "an orange cat that is sitting on a ledge"),
        ],
        [TextReduction.syntax, .syntaxTable]
    )
    func theWorkedExample(_ expected: (words: Int, text: String), reduction: TextReduction) throws {
        let words = ["an", "orange", "cat", "that", "is", "sitting", "on", "a", "ledge"]
        let toy = ToyTokenizer(words)
        #expect(
            try tokens(reducer(reduction, budget: expected.words + 1, toy), example)
                == toy.tokens(expected.text, contextLength: 20)
        )
        guard reduction == .syntax else { return }
        let clip = try Tokenizers.of()
        #expect(
            try tokens(reducer(budget: expected.words + 2), example)
                == clip.tokens(expected.text, contextLength: 20)
        )
    }

    @Test func enoughRoomForTheWordsLeavesTheTextAsItIs() throws {
        // Five words and punctuation marks, but more ids: cut at the end, not taken apart.
        let text = "a  Red-hot, antidisestablishmentarian CAT"
        let clip = try Tokenizers.of()
        #expect(clip.encode(text).count > 6)
        #expect(try tokens(reducer(budget: 7), text) == clip.tokens(text, contextLength: 7))
    }

    @Test func wordsOfSeveralIdsAreCut() throws {
        let clip = try Tokenizers.of()
        let text = "the that a an pneumonoultramicroscopic on is orange cat"
        let ids = try tokens(reducer(budget: 5), text)
        #expect(ids == clip.tokens("is orange cat", contextLength: 5))
        let long = "a that on pneumonoultramicroscopic silicovolcanoconiosis a that on"
        #expect(try tokens(reducer(budget: 4), long).count == 4)
    }

    @Test func neighboursWithoutABlankStayTogether() throws {
        let clip = try Tokenizers.of()
        let text = "Paris's cat, that a an on a that on the"
        #expect(try tokens(reducer(budget: 5), text) == clip.tokens("Paris's cat", contextLength: 5))
    }

    @Test func signsAndReferencesAreNoWords() throws {
        let clip = try Tokenizers.of()
        // All that it does not know is a noun.
        let tagger = try TaggerFixture.make(["bias": ["NOUN|-": 1]], tags: ["NOUN|-"])
        let reducer = try TextReducer(clip, reduction: .syntax, budget: 5, tagger: tagger)
        #expect(
            tokens(reducer, "❤️ &amp; ☀️ & ... cats dogs birds")
                == clip.tokens("cats dogs birds", contextLength: 5)
        )
    }

    @Test func otherScriptsAreCutAndCounted() throws {
        let tally = TextReductionTally()
        let reducer = try reducer(budget: 6, tally: tally)
        #expect(tally.notice() == nil)
        let text = "это большая рыжая кошка и она сидит на окне cat"
        #expect(tokens(reducer, text) == reducer.tokenizer.tokens(text, contextLength: 6))
        _ = tokens(reducer, example)
        _ = tokens(reducer, "кошка")
        #expect(tally.unreadable == 1)
        let notice = try #require(tally.notice())
        #expect(notice.hasPrefix("note: 1 of 2 long captions"), "\(notice)")
        #expect(tally.notice() == nil)
    }

    @Test(arguments: [
        ("An orange cat", true), ("", true), ("12 ☀️ !", true), ("Kočka sedí na okně", true),
        ("Рыжий кот сидит", false), ("猫", false), ("кот cat", true), ("коты cat", false),
    ])
    func theTaggerReadsLatinLetters(text: String, isRead: Bool) {
        #expect(PartOfSpeechTagger.canRead(text) == isRead)
    }

    // MARK: The table of a vocabulary

    @Test func entriesCountAsTheirLastWord() throws {
        let toy = ToyTokenizer(["cat", "cat's", "##cat", "...", "an", "is", "can"])
        let table = try SyntaxTable(of: toy, tagger: TaggerFixture.ofKnownWords())
        let expected: [WordPriority] = [
            .other, .other, .other, .noun, .other, .noun, .other, .other, .verb, .other,
        ]
        #expect((0..<10).map { table.priority(of: $0) } == expected)
        #expect(table.priority(of: 10) == .other && table.priority(of: -1) == .other)
    }

    @Test func wordsCountByTheirFirstToken() throws {
        let toy = ToyTokenizer(["an", "on", "that", "##cat", "cat", "##an"])
        // `ancat` begins like other words, `catan` like a noun.
        let ids = try tokens(reducer(.syntaxTable, budget: 2, toy), "ancat that catan on")
        #expect(ids == [2] + toy.encode("cat"))
    }

    @Test func entriesAreShownAsTheTableSeesThem() throws {
        let toy = ToyTokenizer(["an", "on", "that", "##cat", "cat", "##an", "..."])
        let words = try #require(
            reducer(.syntaxTable, budget: 2, toy).entryWords(in: "ancat catan ... nothing")
        )
        #expect(words.map(\.text) == ["ancat", "catan", "...", ""])
        #expect(words.map(\.tag) == ["DET", "NOUN", "PUNCT", "X"])
        #expect(words.map(\.priority) == [.other, .noun, .other, .other])
        #expect(try reducer(.syntax, budget: 2, toy).entryWords(in: "cat") == nil)
    }

    @Test func asManyWordsAsThereIsRoomForArePlain() throws {
        // Seven words at a length of eight: no word is left out, and the ids are cut.
        let toy = ToyTokenizer(["an", "on", "##cat", "cat"])
        let text = "ancat on an on an on cat"
        let reducer = try reducer(.syntaxTable, budget: 8, toy)
        #expect(toy.encode(text).count == 8)
        #expect(tokens(reducer, text) == toy.tokens(text, contextLength: 8))
        let eight = "ancat on an on an on an cat"
        #expect(tokens(reducer, eight) == toy.tokens("ancat on an on an on cat", contextLength: 8))
    }

    @Test func keptWordsAreCutToTheBudget() throws {
        let toy = ToyTokenizer(["on", "cat", "##s", "that"])
        // Three words fit by number, and have five ids.
        let ids = try tokens(reducer(.syntaxTable, budget: 4, toy), "on cats that cats cat")
        #expect(ids == [2] + toy.encode("cats cats").prefix(3))
    }
}
