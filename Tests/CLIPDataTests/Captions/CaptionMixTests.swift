import Testing

@testable import CLIPData

/// Frequencies over 20,000 draws lie within five standard deviations; the seeds are fixed.
@Suite struct CaptionMixTests {
    private static let draws = 20_000

    /// The share of each source's texts.
    private func shares(_ policy: CaptionPolicy, _ usable: [[Bool]]) -> [[Double]] {
        var counts = usable.map { $0.map { _ in 0.0 } }
        for draw in 0..<Self.draws {
            var random = CounterRandom(seed: 7, ordinal: UInt64(draw), purpose: .caption)
            for place in policy.choose(among: usable, using: &random) {
                counts[place.source][place.text] += 1
            }
        }
        return counts.map { $0.map { $0 / Double(Self.draws) } }
    }

    private func expect(_ found: Double, _ expected: Double, _ location: SourceLocation = #_sourceLocation) {
        let deviation = (expected * (1 - expected) / Double(Self.draws)).squareRoot()
        #expect(abs(found - expected) <= 5 * deviation, sourceLocation: location)
    }

    private func sources(_ names: String...) -> [CaptionSource] { names.map { CaptionSource(field: $0) } }

    @Test func uniformTreatsAllTextsAlike() throws {
        let policy = try CaptionPolicy(sources: sources("txt", "json:rewrites"), rule: .uniform)
        for share in shares(policy, [[true], [true, true, true, true]]).joined() { expect(share, 0.2) }
        let fewer = shares(policy, [[true], [true, false, true, true]])
        #expect(fewer[1][1] == 0)
        for share in [fewer[0][0], fewer[1][0], fewer[1][2], fewer[1][3]] { expect(share, 0.25) }
    }

    @Test(arguments: [true, false]) func theOriginalStandsInForADegenerateRewrite(isList: Bool) throws {
        let mix =
            isList
            ? try CaptionPolicy(sources: sources("txt", "json:r"), rule: .mix, weights: [0.2, 0.8])
            : try CaptionPolicy(
                sources: sources("txt", "a", "b", "c", "d"),
                rule: .mix,
                weights: [0.2, 0.2, 0.2, 0.2, 0.2]
            )
        let found = Array(
            shares(
                mix,
                isList ? [[true], [true, true, false, true]] : [[true], [true], [true], [false], [true]]
            ).joined()
        )
        for (share, expected) in zip(found, [0.4, 0.2, 0.2, 0, 0.2]) { expect(share, expected) }
        // Whether a text is degenerate or not there makes no difference between sources.
        if !isList { expect(shares(mix, [[true], [true], [], [], [true]])[0][0], 0.6) }
    }

    @Test func theOtherSourceStandsInWhereverItIsWritten() throws {
        let mix = try CaptionPolicy(sources: sources("a", "b"), rule: .mix, weights: [0.3, 0.7])
        #expect(shares(mix, [[], [true]]) == [[], [1]])
        #expect(shares(mix, [[true], [false]]) == [[1], [0]])
        let list = shares(mix, [[true, false], [true]])
        expect(list[0][0], 0.15)
        expect(list[1][0], 0.85)
        // With no other source, another text of the same one.
        #expect(shares(mix, [[true, false], []]) == [[1, 0], []])
        var random = CounterRandom(seed: 0, purpose: .caption)
        #expect(mix.choose(among: [[false], []], using: &random) == [])
    }

    @Test func sharesOfNoneAndAll() throws {
        for (weights, expected) in [([0.0, 1], [[0.0], [1.0]]), ([1, 0], [[1], [0]])] {
            let mix = try CaptionPolicy(sources: sources("a", "b"), rule: .mix, weights: weights)
            #expect(shares(mix, [[true], [true]]) == expected)
            // A share of 0 is a spare.
            #expect(shares(mix, expected.map { [$0[0] == 0] }) == expected.map { [1 - $0[0]] })
        }
    }

    @Test func weightsAreThoseOfWhatIsThere() throws {
        let policy = try CaptionPolicy(sources: sources("a", "b", "c"), rule: .weighted, weights: [1, 2, 5])
        let found = shares(policy, [[true], [true, true], []])
        for (share, expected) in zip(found.joined(), [1.0 / 3, 1.0 / 3, 1.0 / 3]) { expect(share, expected) }
    }

    @Test func severalTextsAreDrawnWithoutReplacement() throws {
        let mix = try CaptionPolicy(
            sources: sources("a", "b"),
            rule: .mix,
            weights: [0.1, 0.9],
            captionsPerImage: 5
        )
        for seed in 0..<200 {
            var random = CounterRandom(seed: UInt64(seed), purpose: .caption)
            #expect(Set(mix.choose(among: [[true], [true, true, true, true]], using: &random)).count == 5)
            let few = mix.choose(among: [[true], [true, false]], using: &random)
            #expect(few.count == 5 && Set(few[..<2]).count == 2 && Set(few[2..<4]).count == 2)
        }
    }

    @Test func refusesSharesThatAreNone() throws {
        for weights in [nil, [0.5], [0.5, 0.6], [-0.5, 1.5], [.nan, 1], [.infinity, 0]] as [[Double]?] {
            #expect(throws: LoaderError.self) {
                try CaptionPolicy(sources: sources("a", "b"), rule: .mix, weights: weights)
            }
        }
        let thirds = try CaptionPolicy(
            sources: sources("a", "b", "c"),
            rule: .mix,
            weights: [0.333, 0.333, 0.333]
        )
        #expect(abs(thirds.weights.reduce(0, +) - 1) < 1e-12)
        for degenerate in [
            DegenerateCaptions(minimumWords: 0), DegenerateCaptions(minimumWords: 3, maximumWords: 2),
        ] {
            #expect(throws: LoaderError.self) { try CaptionPolicy(degenerate: degenerate) }
        }
        #expect(throws: LoaderError.self) {
            try CaptionPolicy(sources: [
                CaptionSource(field: "a", name: "x"), CaptionSource(field: "b", name: "x"),
            ])
        }
    }

    @Test func countsWords() {
        let rule = DegenerateCaptions(minimumWords: 2, maximumWords: 3)
        let found = ["", "one", "one two", "one\ttwo\nthree", "one two three four"].map(rule.includes)
        #expect(found == [true, true, false, false, true])
        #expect(DegenerateCaptions().includes("") && !DegenerateCaptions().includes("x"))
    }
}
