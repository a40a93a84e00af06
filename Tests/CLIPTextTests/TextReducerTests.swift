import Testing

@testable import CLIPText

/// What all reductions promise, over two tokenizers: CLIP's, and one without an end token.
@Suite struct TextReducerTests {
    private static let texts = [
        "", "cat", "an orange cat that is sitting on a ledge", "a  Red CAT, running!",
        "paris is running on an orange ledge that a red cat can see from the orangery of cats",
        String(repeating: "red cat ", count: 40),
    ]

    private static let toy = ToyTokenizer(
        [
            "an", "a", "orange", "cat", "that", "is", "sitting", "on", "ledge", "red", "running", "paris",
            "can",
        ]
            + ["##s", "##ry", "##e", "of", "the", "see", "from"]
    )

    enum Kind: String, CaseIterable { case clip, toy }

    private func tokenizer(_ kind: Kind) throws -> any TextTokenizer {
        kind == .toy ? Self.toy : try Tokenizers.of()
    }

    private func reducer(_ kind: Kind, _ reduction: TextReduction, _ budget: Int) throws -> TextReducer {
        try TextReducer(
            tokenizer(kind),
            reduction: reduction,
            budget: budget,
            tagger: TaggerFixture.ofKnownWords()
        )
    }

    /// Whether each reducer takes a moment in a debug build: the table of CLIP's whole vocabulary.
    private func isSlow(_ kind: Kind, _ reduction: TextReduction) -> Bool {
        kind == .clip && reduction == .syntaxTable
    }

    private func tokens(_ reducer: TextReducer, _ text: String, seed: Int = 1) -> [Int32] {
        var random = SeededRandom(seed)
        return reducer.tokens(text, using: &random)
    }

    @Test(arguments: TextReduction.allCases, Kind.allCases)
    func resultsFitTheBudgetAndHaveTheirFrame(reduction: TextReduction, kind: Kind) throws {
        for budget in isSlow(kind, reduction) ? [8] : [3, 4, 8, 16, 77] {
            let reducer = try reducer(kind, reduction, budget)
            let (start, end) = reducer.tokenizer.frame
            for text in Self.texts {
                let ids = tokens(reducer, text)
                #expect(ids.count <= budget, "\(text)")
                #expect(ids.starts(with: start) && ids.suffix(end.count) == end[...])
                if kind == .clip {
                    #expect(ids.filter { $0 == 49_407 }.count == 1)
                    #expect(ids.firstIndex(of: ids.max() ?? 0) == ids.count - 1)
                } else {
                    #expect(ids.filter { $0 == 2 }.count == 1)
                }
                let all = reducer.tokenizer.encode(text)
                // Words with several ids may be left out whole, so only draws fill the budget always.
                if all.count > reducer.room, !reduction.needsTagger { #expect(ids.count == budget) }
                if text.isEmpty { #expect(ids == start + end) }
            }
        }
    }

    @Test(arguments: TextReduction.allCases, Kind.allCases)
    func shortTextsAreTokenizedAsEver(reduction: TextReduction, kind: Kind) throws {
        for text in Self.texts.suffix(isSlow(kind, reduction) ? 1 : Self.texts.count) {
            let plain = try tokenizer(kind).tokens(text, contextLength: 200)
            let reducer = try reducer(kind, reduction, max(plain.count, 3))
            #expect(tokens(reducer, text) == plain, "\(text)")
        }
    }

    @Test func truncationIsTheTokenizersOwn() throws {
        for kind in Kind.allCases {
            let reducer = try reducer(kind, .truncate, 6)
            for text in Self.texts {
                #expect(tokens(reducer, text) == reducer.tokenizer.tokens(text, contextLength: 6))
            }
        }
    }

    /// Texts of different ids, so that places can be read from them.
    private let numbered = ToyTokenizer((0..<20).map { "w\($0)" })
    private let numbers = (0..<20).map { "w\($0)" }.joined(separator: " ")

    private func places(_ reduction: TextReduction, budget: Int, seed: Int) throws -> [Int] {
        let reducer = try TextReducer(numbered, reduction: reduction, budget: budget)
        return tokens(reducer, numbers, seed: seed).dropFirst().map { Int($0) - 3 }
    }

    @Test func randomTokensAreASubsequenceAndEquallyLikely() throws {
        var counts = [Int](repeating: 0, count: 20)
        for seed in 0..<2000 {
            let places = try places(.random, budget: 6, seed: seed)
            #expect(places.count == 5 && places == Set(places).sorted())
            for place in places { counts[place] += 1 }
        }
        // 500 of each expected; five standard deviations are 97.
        #expect(counts.allSatisfy { (403...597).contains($0) }, "\(counts)")
    }

    @Test func shuffledTokensAreInAnyOrder() throws {
        var (firsts, ascending) = ([Int](repeating: 0, count: 20), 0)
        for seed in 0..<2000 {
            let places = try places(.shuffle, budget: 4, seed: seed)
            #expect(places.count == 3 && Set(places).count == 3)
            firsts[places[0]] += 1
            if places == places.sorted() { ascending += 1 }
        }
        // 100 of each expected, five standard deviations are 49; one order of six is the ascending one.
        #expect(firsts.allSatisfy { (51...149).contains($0) }, "\(firsts)")
        #expect((250...417).contains(ascending), "\(ascending)")
    }

    @Test func blocksStartAnywhere() throws {
        var starts = [Int](repeating: 0, count: 15)
        for seed in 0..<3000 {
            let places = try places(.block, budget: 7, seed: seed)
            #expect(places == Array(places[0]..<places[0] + 6))
            starts[places[0]] += 1
        }
        // 0…14, the last start included: 200 of each expected; five standard deviations are 68.
        #expect(starts.allSatisfy { (132...268).contains($0) }, "\(starts)")
    }

    @Test func shortTextsUseNoDraws() throws {
        for reduction in [TextReduction.random, .shuffle, .block] {
            let reducer = try TextReducer(numbered, reduction: reduction, budget: 21)
            var (used, fresh) = (SeededRandom(3), SeededRandom(3))
            _ = reducer.tokens(numbers, using: &used)
            #expect(used.next() == fresh.next())
        }
    }

    @Test func whatCannotBeIsRefused() throws {
        #expect(throws: TextReductionError.budget(found: 2, least: 3)) {
            try TextReducer(Tokenizers.of(), reduction: .random, budget: 2)
        }
        #expect(throws: TextReductionError.budget(found: 1, least: 2)) {
            try TextReducer(numbered, reduction: .random, budget: 1)
        }
        #expect(throws: TextReductionError.noTagger(.syntaxTable)) {
            try TextReducer(numbered, reduction: .syntaxTable, budget: 8)
        }
    }
}
